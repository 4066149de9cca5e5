using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Lintel.Sql.Types;

/// <summary>numeric as text, and its conversions to and from the other numbers.</summary>
public static class NumericText
{
    // 18 digits fit into a long with room to spare.
    private const int FastDigits = 18;

    /// <summary>Reads a number: digits, a point, an exponent, or NaN and the infinities.</summary>
    public static SqlNumeric Parse(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> trimmed = TextParts.Trim(text);
        if (TryRead(trimmed, out SqlNumeric? value)) return value;
        throw new SqlException(SqlStates.InvalidTextRepresentation, $"invalid input syntax for type numeric: \"{text}\"");
    }

    /// <summary>The same without blanks around it, and without an exception for what is no number.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SqlNumeric? value)
    {
        value = null;
        if (text.IsEmpty) return false;
        ReadOnlySpan<char> digits = text[0] is '+' or '-' ? text[1..] : text;
        if (digits.IsEmpty) return false;
        if (!char.IsAsciiDigit(digits[0]) && digits[0] != '.') return TrySpecial(text, digits, out value);
        int exponentAt = digits.IndexOfAny('e', 'E');
        int exponent = 0;
        if (exponentAt >= 0)
        {
            if (!TryExponent(digits[(exponentAt + 1)..], out exponent)) return false;
            digits = digits[..exponentAt];
        }

        if (!TryMantissa(digits, text[0] == '-', out BigInteger unscaled, out int scale)) return false;
        value = Shift(unscaled, scale, exponent);
        return true;
    }

    /// <summary>The text: digits with exactly as many behind the point as the scale says.</summary>
    public static string Print(SqlNumeric value)
    {
        if (!value.IsFinite) return value.IsNaN ? "NaN" : value.Sign > 0 ? "Infinity" : "-Infinity";
        if (value.Scale == 0) return value.Unscaled.ToString(CultureInfo.InvariantCulture);
        string digits = BigInteger.Abs(value.Unscaled).ToString(CultureInfo.InvariantCulture);
        if (digits.Length <= value.Scale) digits = new string('0', value.Scale - digits.Length + 1) + digits;
        int point = digits.Length - value.Scale;
        return string.Concat(value.Sign < 0 ? "-" : "", digits.AsSpan(0, point), ".", digits.AsSpan(point));
    }

    /// <summary>Prints as UTF-8; numbers of up to 18 digits allocate nothing.</summary>
    public static void Write(IBufferWriter<byte> output, SqlNumeric value)
    {
        if (!value.IsFinite || value.Scale > FastDigits || BigInteger.Abs(value.Unscaled) >= SqlNumeric.PowerOfTen(FastDigits))
        {
            TextParts.Write(output, Print(value));
            return;
        }

        var unscaled = (long)value.Unscaled;
        Span<byte> target = output.GetSpan(48);
        int at = 0;
        if (unscaled < 0) target[at++] = (byte)'-';
        var unit = (long)SqlNumeric.PowerOfTen(value.Scale);
        long size = Math.Abs(unscaled);
        (size / unit).TryFormat(target[at..], out int written, default, CultureInfo.InvariantCulture);
        at += written;
        if (value.Scale > 0)
        {
            target[at++] = (byte)'.';
            long fraction = size % unit;
            for (int i = at + value.Scale - 1; i >= at; i--)
            {
                target[i] = (byte)('0' + (fraction % 10));
                fraction /= 10;
            }

            at += value.Scale;
        }

        output.Advance(at);
    }

    /// <summary>float8 to numeric: 15 significant digits.</summary>
    public static SqlNumeric FromDouble(double value) => FromFloating(value, 15);

    /// <summary>float4 to numeric: 6 significant digits.</summary>
    public static SqlNumeric FromSingle(double value) => FromFloating(value, 6);

    /// <summary>numeric to float8; 22003 when it is too large.</summary>
    public static double ToDouble(SqlNumeric value)
    {
        if (!value.IsFinite) return value.IsNaN ? double.NaN : value.Sign > 0 ? double.PositiveInfinity : double.NegativeInfinity;
        double result = double.Parse(Print(value), CultureInfo.InvariantCulture);
        return double.IsInfinity(result) ? throw FloatText.OutOfRange(Print(value), "double precision") : result;
    }

    /// <summary>numeric to float4; 22003 when it is too large or too small.</summary>
    public static double ToSingle(SqlNumeric value)
    {
        if (!value.IsFinite) return ToDouble(value);
        float result = float.Parse(Print(value), CultureInfo.InvariantCulture);
        if (float.IsInfinity(result) || (result == 0 && value.Sign != 0)) throw FloatText.OutOfRange(Print(value), "real");
        return result;
    }

    /// <summary>Applies numeric(p, s): rounds to s digits, 22003 when more than p are left.</summary>
    public static SqlNumeric Fit(SqlNumeric value, SqlType type)
    {
        if (type.NumericPrecision is not { } precision) return value;
        int scale = type.NumericScale!.Value;
        if (value.IsNaN) return value;
        if (!value.IsFinite)
            throw Overflow($"A field with precision {precision}, scale {scale} cannot hold an infinite value.");
        SqlNumeric rounded = value.Round(scale);
        int digits = precision - scale;
        if (BigInteger.Abs(rounded.Unscaled) >= SqlNumeric.PowerOfTen(Math.Max(0, digits + rounded.Scale)))
        {
            string bound = digits == 0 ? "1" : $"10^{digits}";
            throw Overflow($"A field with precision {precision}, scale {scale} must round to an absolute value less than {bound}.");
        }

        return rounded;
    }

    private static SqlException Overflow(string detail) =>
        new(SqlStates.NumericValueOutOfRange, "numeric field overflow", detail: detail);

    private static SqlNumeric FromFloating(double value, int digits)
    {
        if (double.IsNaN(value)) return SqlNumeric.NaN;
        if (double.IsInfinity(value)) return value > 0 ? SqlNumeric.PositiveInfinity : SqlNumeric.NegativeInfinity;
        string text = value.ToString(digits == 15 ? "E14" : "E5", CultureInfo.InvariantCulture);
        int mark = text.IndexOf('E', StringComparison.Ordinal);
        TryMantissa(text.AsSpan(text[0] == '-' ? 1 : 0, mark - (text[0] == '-' ? 1 : 0)).TrimEnd('0'), text[0] == '-', out BigInteger unscaled, out int scale);
        return Shift(unscaled, scale, int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    private static bool TrySpecial(ReadOnlySpan<char> text, ReadOnlySpan<char> word, out SqlNumeric? value)
    {
        value = null;
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase)) value = SqlNumeric.NaN;
        else if (word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase))
            value = text[0] == '-' ? SqlNumeric.NegativeInfinity : SqlNumeric.PositiveInfinity;
        return value is not null;
    }

    private static bool TryExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        ReadOnlySpan<char> digits = !text.IsEmpty && text[0] is '+' or '-' ? text[1..] : text;
        if (digits.IsEmpty) return false;
        foreach (char c in digits)
        {
            if (!char.IsAsciiDigit(c)) return false;
            if (exponent > int.MaxValue / 20) throw SqlNumeric.Overflow();
            exponent = (exponent * 10) + (c - '0');
        }

        if (text[0] == '-') exponent = -exponent;
        return true;
    }

    private static bool TryMantissa(ReadOnlySpan<char> text, bool isNegative, out BigInteger unscaled, out int scale)
    {
        unscaled = BigInteger.Zero;
        int point = text.IndexOf('.');
        scale = point < 0 ? 0 : text.Length - point - 1;
        int count = text.Length - (point < 0 ? 0 : 1);
        if (count == 0) return false;
        for (int i = 0; i < text.Length; i++)
            if (i != point && !char.IsAsciiDigit(text[i])) return false;
        if (count <= FastDigits)
        {
            long number = 0;
            foreach (char c in text)
                if (c != '.') number = (number * 10) + (c - '0');
            unscaled = isNegative ? -number : number;
            return true;
        }

        // Whether it overflows is known before the costly conversion.
        if ((point < 0 ? text : text[..point]).TrimStart('0').Length > SqlNumeric.IntegerDigitsMax || scale > SqlNumeric.ScaleMax * 8)
            throw SqlNumeric.Overflow();
        string digits = point < 0 ? text.ToString() : string.Concat(text[..point], text[(point + 1)..]);
        unscaled = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (isNegative) unscaled = -unscaled;
        return true;
    }

    private static SqlNumeric Shift(BigInteger unscaled, int scale, int exponent)
    {
        int shifted = scale - exponent;
        if (shifted >= 0) return shifted > SqlNumeric.ScaleMax ? throw SqlNumeric.Overflow() : new SqlNumeric(unscaled, shifted).Checked();
        if (unscaled.IsZero) return SqlNumeric.Zero;
        if (-shifted > SqlNumeric.IntegerDigitsMax) throw SqlNumeric.Overflow();
        return new SqlNumeric(unscaled * SqlNumeric.PowerOfTen(-shifted), 0).Checked();
    }
}
