using System.Text;

namespace Lintel.Sql.Types;

/// <summary>What a field of a date or time looks like.</summary>
internal enum DateTimeFieldKind
{
    /// <summary>Digits, perhaps with a fraction.</summary>
    Number,

    /// <summary>A word.</summary>
    Word,

    /// <summary>Something with date separators, or the name of a zone.</summary>
    Date,

    /// <summary>Something with colons.</summary>
    Time,

    /// <summary>A signed number: a zone, or the amount of an interval.</summary>
    Signed,

    /// <summary>A signed word: -infinity.</summary>
    SignedWord,
}

/// <summary>One field, in lower case.</summary>
internal readonly record struct DateTimeField(DateTimeFieldKind Kind, string Text);

/// <summary>What is wrong with a date, time or interval.</summary>
internal enum DateTimeProblem
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It cannot be understood: 22007.</summary>
    BadFormat,

    /// <summary>A field is out of its range: 22008.</summary>
    FieldOverflow,

    /// <summary>A month or day is out of range, perhaps because DateStyle has another order: 22008.</summary>
    OrderOverflow,

    /// <summary>A field of an interval is too large: 22015.</summary>
    IntervalOverflow,

    /// <summary>A zone is more than 15:59:59 away: 22009.</summary>
    ZoneOverflow,

    /// <summary>A name that could be a zone and is none: 22023.</summary>
    UnknownZone,
}

/// <summary>Cuts the text of a date, time or interval into fields, by PostgreSQL's rules.</summary>
internal static class DateTimeFields
{
    private const int FieldsMax = 25;
    private const int LengthMax = 128;

    /// <summary>The fields; false when the text has something that belongs to none.</summary>
    public static bool TrySplit(ReadOnlySpan<char> text, List<DateTimeField> fields)
    {
        int at = 0;
        var field = new StringBuilder();
        if (text.Length > LengthMax) return false;
        while (at < text.Length)
        {
            char c = text[at];
            if (IsBlank(c))
            {
                at++;
                continue;
            }

            field.Clear();
            DateTimeFieldKind kind;
            if (char.IsAsciiDigit(c)) kind = DigitField(text, ref at, field);
            else if (c == '.') kind = FractionField(text, ref at, field);
            else if (char.IsAsciiLetter(c)) kind = WordField(text, ref at, field);
            else if (c is '+' or '-')
            {
                if (SignedField(text, ref at, field) is not { } signed) return false;
                kind = signed;
            }
            else if (char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c)))
            {
                at++;
                continue;
            }
            else
            {
                return false;
            }

            if (fields.Count == FieldsMax) return false;
            fields.Add(new DateTimeField(kind, field.ToString()));
        }

        return true;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    private static void Take(ReadOnlySpan<char> text, ref int at, StringBuilder field)
    {
        char c = text[at++];
        field.Append(char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c);
    }

    private static void TakeDigits(ReadOnlySpan<char> text, ref int at, StringBuilder field)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at])) Take(text, ref at, field);
    }

    private static DateTimeFieldKind DigitField(ReadOnlySpan<char> text, ref int at, StringBuilder field)
    {
        TakeDigits(text, ref at, field);
        if (at >= text.Length) return DateTimeFieldKind.Number;
        char separator = text[at];
        if (separator == ':')
        {
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is ':' or '.')) Take(text, ref at, field);
            return DateTimeFieldKind.Time;
        }

        if (separator is not ('-' or '/' or '.')) return DateTimeFieldKind.Number;
        Take(text, ref at, field);
        if (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            DateTimeFieldKind kind = separator == '.' ? DateTimeFieldKind.Number : DateTimeFieldKind.Date;
            TakeDigits(text, ref at, field);
            if (at >= text.Length || text[at] != separator) return kind;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == separator)) Take(text, ref at, field);
            return DateTimeFieldKind.Date;
        }

        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == separator)) Take(text, ref at, field);
        return DateTimeFieldKind.Date;
    }

    private static DateTimeFieldKind FractionField(ReadOnlySpan<char> text, ref int at, StringBuilder field)
    {
        Take(text, ref at, field);
        TakeDigits(text, ref at, field);
        return DateTimeFieldKind.Number;
    }

    private static DateTimeFieldKind WordField(ReadOnlySpan<char> text, ref int at, StringBuilder field)
    {
        while (at < text.Length && char.IsAsciiLetter(text[at])) Take(text, ref at, field);
        if (at >= text.Length) return DateTimeFieldKind.Word;
        bool isName = text[at] is '-' or '/' or '.'
            || ((text[at] == '+' || char.IsAsciiDigit(text[at])) && !DateTimeWords.IsReserved(field.ToString()));
        if (!isName) return DateTimeFieldKind.Word;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '+' or '-' or '/' or '_' or '.' or ':'))
            Take(text, ref at, field);
        return DateTimeFieldKind.Date;
    }

    private static DateTimeFieldKind? SignedField(ReadOnlySpan<char> text, ref int at, StringBuilder field)
    {
        Take(text, ref at, field);
        while (at < text.Length && IsBlank(text[at])) at++;
        if (at >= text.Length) return null;
        if (char.IsAsciiDigit(text[at]))
        {
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is ':' or '.' or '-')) Take(text, ref at, field);
            return DateTimeFieldKind.Signed;
        }

        if (!char.IsAsciiLetter(text[at])) return null;
        while (at < text.Length && char.IsAsciiLetter(text[at])) Take(text, ref at, field);
        return DateTimeFieldKind.SignedWord;
    }
}
