using System.Text;
using System.Text.RegularExpressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>
/// PostgreSQL's advanced regular expressions, brought to .NET's: the same constructs with a few other spellings. One
/// difference remains: among alternatives .NET takes the first that fits, POSIX the longest.
/// </summary>
internal static class RegularExpressions
{
    // Patterns that need backtracking get this long for one match; others run in time linear in the text.
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Runs <paramref name="use"/> with the compiled expression. Throws 2201B for a malformed one and 54001 for one that
    /// takes too long.
    /// </summary>
    public static T Run<T>(
        EvaluationContext context, string pattern, string flags, string text, Func<Regex, string, T> use)
    {
        try
        {
            return use(context.Patterns.Get(pattern, flags, Compile), text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new SqlException(SqlStates.StatementTooComplex, "regular expression is too complex");
        }
    }

    /// <summary>A SIMILAR TO pattern as a regular expression of PostgreSQL's.</summary>
    public static string FromSimilar(string pattern, char? escape)
    {
        var result = new StringBuilder("^(?:");
        bool isInBrackets = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == escape)
            {
                if (i + 1 < pattern.Length) result.Append('\\').Append(pattern[++i]);
            }
            else if (isInBrackets)
            {
                if (c == '\\') result.Append('\\');
                result.Append(c);
                isInBrackets = c != ']';
            }
            else if (c == '[')
            {
                result.Append(c);
                isInBrackets = true;
            }
            else if (c == '%')
            {
                result.Append(".*");
            }
            else if (c == '_')
            {
                result.Append('.');
            }
            else if (c == '(')
            {
                result.Append("(?:");
            }
            else
            {
                if (c is '\\' or '.' or '^' or '$') result.Append('\\');
                result.Append(c);
            }
        }

        return result.Append(")$").ToString();
    }

    private static Regex Compile(string pattern, string flags)
    {
        var options = RegexOptions.CultureInvariant | RegexOptions.Singleline;
        bool isLiteral = false;
        ReadOnlySpan<char> rest = pattern;
        if (rest.StartsWith("***=", StringComparison.Ordinal))
        {
            isLiteral = true;
            rest = rest[4..];
        }
        else if (rest.StartsWith("***:", StringComparison.Ordinal))
        {
            rest = rest[4..];
        }

        bool isNewlineSensitive = false;
        if (!isLiteral && rest.StartsWith("(?", StringComparison.Ordinal) && rest.Length > 2 && char.IsAsciiLetter(rest[2]))
        {
            int close = rest.IndexOf(')');
            if (close < 0) throw Invalid("parentheses () not balanced");
            flags += rest[2..close].ToString();
            rest = rest[(close + 1)..];
        }

        foreach (char flag in flags)
        {
            switch (flag)
            {
                case 'i': options |= RegexOptions.IgnoreCase; break;
                case 'c': options &= ~RegexOptions.IgnoreCase; break;
                case 'm' or 'n': isNewlineSensitive = true; break;
                case 's': isNewlineSensitive = false; break;
                case 'x': options |= RegexOptions.IgnorePatternWhitespace; break;
                case 'q': isLiteral = true; break;
                case 'e' or 't' or 'b': break;
                default:
                    throw new SqlException(SqlStates.InvalidParameterValue, $"invalid regular expression option: \"{flag}\"");
            }
        }

        if (isNewlineSensitive) options = (options & ~RegexOptions.Singleline) | RegexOptions.Multiline;
        string translated = isLiteral ? Regex.Escape(new string(rest)) : new RegexTranslator(rest.ToString(), isNewlineSensitive).Translate();
        try
        {
            try
            {
                return new Regex(translated, options | RegexOptions.NonBacktracking, TimeMax);
            }
            catch (NotSupportedException)
            {
                return new Regex(translated, options, TimeMax);
            }
        }
        catch (RegexParseException bad)
        {
            throw new SqlException(
                new SqlError(SqlStates.InvalidRegularExpression, $"invalid regular expression: {Reason(bad.Error)}"), bad);
        }
    }

    /// <summary>2201B.</summary>
    public static SqlException Invalid(string reason) =>
        new(SqlStates.InvalidRegularExpression, $"invalid regular expression: {reason}");

    private static string Reason(RegexParseError error) => error switch
    {
        RegexParseError.InsufficientClosingParentheses or RegexParseError.InsufficientOpeningParentheses => "parentheses () not balanced",
        RegexParseError.UnterminatedBracket => "brackets [] not balanced",
        RegexParseError.QuantifierAfterNothing or RegexParseError.NestedQuantifiersNotParenthesized => "quantifier operand invalid",
        RegexParseError.ReversedQuantifierRange => "invalid repetition count(s)",
        RegexParseError.ReversedCharacterRange => "invalid character range",
        RegexParseError.UnescapedEndingBackslash or RegexParseError.UnrecognizedEscape => "invalid escape \\ sequence",
        RegexParseError.UndefinedNumberedReference => "invalid backreference number",
        _ => "the expression is not understood",
    };
}

/// <summary>Compiled patterns of one session, the most recently made ones.</summary>
public sealed class PatternCache
{
    // A statement uses a handful; a compiled expression takes some ten kilobytes.
    private const int CountMax = 64;

    private readonly Dictionary<(string Pattern, string Flags), Regex> _patterns = [];
    private readonly Queue<(string Pattern, string Flags)> _order = new();

    internal Regex Get(string pattern, string flags, Func<string, string, Regex> compile)
    {
        if (_patterns.TryGetValue((pattern, flags), out Regex? known)) return known;
        Regex made = compile(pattern, flags);
        if (_order.Count == CountMax) _patterns.Remove(_order.Dequeue());
        _patterns.Add((pattern, flags), made);
        _order.Enqueue((pattern, flags));
        return made;
    }
}
