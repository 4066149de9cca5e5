using System.Runtime.CompilerServices;
using System.Text;
using Lintel.Primitives.Random;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Tests.Parse;

/// <summary>
/// What the grammar takes and how it refuses: SQLSTATE, position and message as PostgreSQL 15 has them, recorded in
/// syntax.txt by record-syntax.sh. What PostgreSQL takes, Lintel takes or refuses with 0A000.
/// </summary>
public sealed class SyntaxTests
{
    [Fact]
    public void Statements_are_taken_and_refused_as_PostgreSQL_does()
    {
        var differences = Recorded("syntax-differences.txt").ToDictionary(line => line.Statement, line => line.Answer, StringComparer.Ordinal);
        var report = new StringBuilder();
        int wrong = 0;
        foreach ((int number, string statement, string recorded) in Recorded("syntax.txt"))
        {
            string answer = differences.GetValueOrDefault(statement, recorded);
            // psql sent a blank behind the statement, which counts where the end of it is the error.
            string actual = Answer(statement + " ");
            bool isSame = actual == answer || SameButPosition(actual, answer);
            // What the grammar takes may be refused later, and what Lintel does not have earlier.
            bool isTaken = !answer.StartsWith("42601", StringComparison.Ordinal) && !actual.StartsWith("42601", StringComparison.Ordinal);
            if (isSame || isTaken) continue;
            wrong++;
            report.Append($"\nsyntax.txt:{number}: {statement}\n    wanted {answer}\n    got    {actual}");
        }

        Assert.True(wrong == 0, $"{wrong} differ:{report}");
    }

    [Fact]
    public void What_is_taken_renders_to_a_text_that_renders_to_itself()
    {
        foreach ((_, string statement, string answer) in Recorded("syntax.txt"))
        {
            if (answer != "ok" || !TryParse(statement, out Statement? parsed)) continue;
            string once = SqlText.Render(parsed);
            if (HasUnsupported(once)) continue;
            Assert.True(TryParse(once, out Statement? again), $"{statement} renders to {once}, which is refused");
            Assert.Equal(once, SqlText.Render(again));
        }
    }

    [Theory]
    [InlineData("SELECT 'abc", "42601 8 unterminated quoted string at or near \"'abc\"")]
    [InlineData("SELECT \"abc", "42601 8 unterminated quoted identifier at or near \"\"abc\"")]
    [InlineData("SELECT /* comment", "42601 8 unterminated /* comment at or near \"/* comment\"")]
    [InlineData("SELECT E'\\'", "42601 8 unterminated quoted string at or near \"E'\\'\"")]
    [InlineData("SELECT $tag$ a", "42601 8 unterminated dollar-quoted string at or near \"$tag$ a\"")]
    [InlineData("SELECT 'é' FROM FROM", "42601 17 syntax error at or near \"FROM\"")]
    [InlineData("SELECT '😀' FROM FROM", "42601 17 syntax error at or near \"FROM\"")]
    public void What_never_ends_is_refused(string statement, string answer) => Assert.Equal(answer, Answer(statement));

    [Fact]
    public void Scripts_are_cut_into_statements()
    {
        var statements = SqlParser.Parse(" ; SELECT 1;; BEGIN ; -- end\n SELECT ';' ");
        Assert.Equal(3, statements.Length);
        Assert.Empty(SqlParser.Parse(" /* nothing */ ; "));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("NOT ")]
    [InlineData("- ")]
    [InlineData("CASE WHEN ")]
    [InlineData("ARRAY[")]
    [InlineData("(SELECT ")]
    [InlineData("f(")]
    [InlineData("1 + (")]
    public void Nesting_without_end_is_refused(string opening)
    {
        string text = "SELECT " + string.Concat(Enumerable.Repeat(opening, 20_000)) + "1";
        SqlException error = Assert.Throws<SqlException>(() => SqlParser.Parse(text));
        Assert.Contains(error.Error.SqlState, new[] { SqlStates.StatementTooComplex, SqlStates.SyntaxError });
    }

    [Fact]
    public void Long_chains_are_taken_or_refused_but_never_overflow()
    {
        foreach (string chain in (string[])[" + 1", " AND true", " || 'x'", "::int", "[1]", " UNION SELECT 1", ", 1", " OR a = 1"])
        {
            try
            {
                SqlParser.Parse("SELECT 1" + string.Concat(Enumerable.Repeat(chain, 30_000)));
            }
            catch (SqlException error)
            {
                Assert.Equal(SqlStates.StatementTooComplex, error.Error.SqlState);
            }
        }
    }

    [Fact]
    public void Any_text_is_a_statement_or_an_SQL_error()
    {
        var random = new Prng(11);
        string[] statements = [.. Recorded("syntax.txt").Select(line => line.Statement)];
        string[] tokens =
        [
            .. statements.SelectMany(s => s.Split(' ')).Distinct(StringComparer.Ordinal),
            "(", ")", "[", "]", ",", ";", "'", "\"", "$$", "$1", "/*", "*/", "--", "\n", "::", ":", "é", "😀", "E'", "U&'", "\\", "1e", ".5", "0",
        ];
        for (int i = 0; i < 20_000; i++)
        {
            string text = random.Next(3) switch
            {
                0 => Soup(random, tokens),
                1 => Mutated(random, random.Pick(statements)),
                _ => Mutated(random, random.Pick(statements) + " " + random.Pick(statements)),
            };
            try
            {
                foreach (ParsedStatement statement in SqlParser.Parse(text))
                {
                    string once = SqlText.Render(statement.Statement);
                    if (HasUnsupported(once)) continue;
                    Assert.Equal(once, SqlText.Render(SqlParser.Parse(once)[0].Statement));
                }
            }
            catch (SqlException error)
            {
                Assert.True(error.Error.Position <= text.Length + 1, $"{error.Error} lies behind the end of {text}");
            }
        }
    }

    private static string Soup(Prng random, string[] tokens)
    {
        var text = new StringBuilder();
        for (int i = random.Next(12); i >= 0; i--) text.Append(random.Pick(tokens)).Append(random.Chance(0.8) ? " " : "");
        return text.ToString();
    }

    private static string Mutated(Prng random, string statement)
    {
        var text = new StringBuilder(statement);
        for (int i = random.Next(4); i >= 0 && text.Length > 0; i--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0: text.Remove(at, 1); break;
                case 1: text.Insert(at, (char)random.Next(1, 0x180)); break;
                case 2: text.Length = at; break;
                default: text[at] = (char)random.Next(0x20, 0x7f); break;
            }
        }

        return text.ToString();
    }

    /// <summary>What Lintel does not have is rendered as a comment, which names it and does not read back.</summary>
    private static bool HasUnsupported(string rendered) => rendered.Contains("/* ", StringComparison.Ordinal);

    private static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Statement? statement)
    {
        try
        {
            statement = SqlParser.Parse(text)[0].Statement;
            return true;
        }
        catch (SqlException)
        {
            statement = null;
            return false;
        }
    }

    private static string Answer(string statement)
    {
        try
        {
            SqlParser.Parse(statement);
            return "ok";
        }
        catch (SqlException error)
        {
            return $"{error.Error.SqlState} {error.Error.Position} {error.Error.Message}";
        }
    }

    /// <summary>psql cuts long lines, and then shows no position: "?" stands for any.</summary>
    private static bool SameButPosition(string actual, string answer)
    {
        string[] wanted = answer.Split(' ', 3);
        string[] got = actual.Split(' ', 3);
        return wanted.Length == 3 && got.Length == 3 && wanted[1] == "?" && wanted[0] == got[0] && wanted[2] == got[2];
    }

    private static IEnumerable<(int Number, string Statement, string Answer)> Recorded(string file, [CallerFilePath] string caller = "")
    {
        string statement = "";
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Path.GetDirectoryName(caller)!, file)))
        {
            number++;
            if (line.StartsWith("  ", StringComparison.Ordinal)) yield return (number - 1, statement, line[2..]);
            else if (line.Length > 0 && line[0] != '#') statement = line;
        }
    }
}
