using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>float4 and float8 as text: the shortest digits that read back to the same value, in PostgreSQL's layout.</summary>
internal static class FloatText
{
    /// <summary>More than any float takes.</summary>
    public const int LengthMax = 48;

    /// <summary>float8.</summary>
    public static double ParseDouble(ReadOnlySpan<char> text)
    {
        double value = Parse(text, "double precision");
        if (double.IsInfinity(value) && !IsInfinityWord(text)) throw OutOfRange(TextParts.Trim(text), "double precision");
        if (value == 0 && HasNonZeroDigit(text)) throw OutOfRange(TextParts.Trim(text), "double precision");
        return value;
    }

    /// <summary>float4, widened.</summary>
    public static double ParseSingle(ReadOnlySpan<char> text)
    {
        double wide = Parse(text, "real");
        if (double.IsNaN(wide)) return wide;
        ReadOnlySpan<char> trimmed = TextParts.Trim(text);
        if (IsInfinityWord(text)) return wide;
        float value = float.Parse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (float.IsInfinity(value) || (value == 0 && HasNonZeroDigit(text))) throw OutOfRange(trimmed, "real");
        return value;
    }

    /// <summary>22003.</summary>
    public static SqlException OutOfRange(ReadOnlySpan<char> text, string type) =>
        new(SqlStates.NumericValueOutOfRange, $"\"{text}\" is out of range for type {type}");

    /// <summary>Prints float8; answers the bytes written.</summary>
    public static int Write(Span<byte> output, double value, int extraDigits)
    {
        if (WriteSpecial(output, value) is var special and > 0) return special;
        Span<byte> digits = stackalloc byte[LengthMax];
        int length;
        if (extraDigits > 0)
        {
            value.TryFormat(digits, out length, "R", CultureInfo.InvariantCulture);
            return Layout(output, digits[..length], 15);
        }

        int precision = Math.Max(1, 15 + extraDigits);
        value.TryFormat(digits, out length, Format(precision), CultureInfo.InvariantCulture);
        return Layout(output, digits[..length], precision);
    }

    /// <summary>Prints float4; answers the bytes written.</summary>
    public static int WriteSingle(Span<byte> output, float value, int extraDigits)
    {
        if (WriteSpecial(output, value) is var special and > 0) return special;
        Span<byte> digits = stackalloc byte[LengthMax];
        int length;
        if (extraDigits > 0)
        {
            value.TryFormat(digits, out length, "R", CultureInfo.InvariantCulture);
            return Layout(output, digits[..length], 6);
        }

        int precision = Math.Max(1, 6 + extraDigits);
        ((double)value).TryFormat(digits, out length, Format(precision), CultureInfo.InvariantCulture);
        return Layout(output, digits[..length], precision);
    }

    private static string Format(int precision) => precision switch
    {
        15 => "E14",
        6 => "E5",
        _ => "E" + (precision - 1).ToString(CultureInfo.InvariantCulture),
    };

    private static int WriteSpecial(Span<byte> output, double value)
    {
        ReadOnlySpan<byte> word = double.IsNaN(value) ? "NaN"u8
            : double.IsPositiveInfinity(value) ? "Infinity"u8
            : double.IsNegativeInfinity(value) ? "-Infinity"u8
            : value != 0 ? default
            : double.IsNegative(value) ? "-0"u8 : "0"u8;
        word.CopyTo(output);
        return word.Length;
    }

    /// <summary>
    /// Brings a number in any of .NET's layouts to that of C's %g: a fraction for exponents from -4 to the bound, else
    /// mantissa and exponent.
    /// </summary>
    private static int Layout(Span<byte> output, ReadOnlySpan<byte> number, int exponentEnd)
    {
        Span<byte> digits = stackalloc byte[LengthMax];
        int count = 0;
        int point = -1;
        int exponent = 0;
        int at = 0;
        bool isNegative = number[0] == (byte)'-';
        int i = isNegative ? 1 : 0;
        for (; i < number.Length && number[i] != (byte)'E'; i++)
        {
            if (number[i] == (byte)'.') point = count;
            else digits[count++] = number[i];
        }

        if (point < 0) point = count;
        if (i < number.Length) exponent = int.Parse(number[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int leading = 0;
        while (leading < count - 1 && digits[leading] == (byte)'0') leading++;
        while (count > leading + 1 && digits[count - 1] == (byte)'0') count--;
        int scientific = exponent + point - leading - 1;
        digits = digits[leading..count];
        if (isNegative) output[at++] = (byte)'-';
        return at + (scientific < -4 || scientific >= exponentEnd
            ? Scientific(output[at..], digits, scientific)
            : Plain(output[at..], digits, scientific));
    }

    private static int Scientific(Span<byte> output, ReadOnlySpan<byte> digits, int exponent)
    {
        int at = 0;
        output[at++] = digits[0];
        if (digits.Length > 1)
        {
            output[at++] = (byte)'.';
            digits[1..].CopyTo(output[at..]);
            at += digits.Length - 1;
        }

        output[at++] = (byte)'e';
        output[at++] = exponent < 0 ? (byte)'-' : (byte)'+';
        return at + DateTimeWriter.Two(output[at..], Math.Abs(exponent));
    }

    private static int Plain(Span<byte> output, ReadOnlySpan<byte> digits, int exponent)
    {
        int at = 0;
        if (exponent < 0)
        {
            output[at++] = (byte)'0';
            output[at++] = (byte)'.';
            for (int i = -1; i > exponent; i--) output[at++] = (byte)'0';
            digits.CopyTo(output[at..]);
            return at + digits.Length;
        }

        for (int i = 0; i < digits.Length || i <= exponent; i++)
        {
            if (i == exponent + 1) output[at++] = (byte)'.';
            output[at++] = i < digits.Length ? digits[i] : (byte)'0';
        }

        return at;
    }

    private static double Parse(ReadOnlySpan<char> text, string type)
    {
        ReadOnlySpan<char> trimmed = TextParts.Trim(text);
        if (!trimmed.IsEmpty && IsNumber(trimmed)
            && double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            return value;
        }

        if (trimmed.Equals("nan", StringComparison.OrdinalIgnoreCase)) return double.NaN;
        if (IsInfinityWord(text)) return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        throw new SqlException(SqlStates.InvalidTextRepresentation, $"invalid input syntax for type {type}: \"{text}\"");
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
            if (!char.IsAsciiDigit(c) && c is not ('+' or '-' or '.' or 'e' or 'E')) return false;
        return true;
    }

    private static bool IsInfinityWord(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> trimmed = TextParts.Trim(text);
        if (!trimmed.IsEmpty && trimmed[0] is '+' or '-') trimmed = trimmed[1..];
        return trimmed.Equals("infinity", StringComparison.OrdinalIgnoreCase) || trimmed.Equals("inf", StringComparison.OrdinalIgnoreCase);
    }

    private static bool HasNonZeroDigit(ReadOnlySpan<char> text)
    {
        int exponent = text.IndexOfAny('e', 'E');
        return (exponent < 0 ? text : text[..exponent]).IndexOfAnyInRange('1', '9') >= 0;
    }
}
