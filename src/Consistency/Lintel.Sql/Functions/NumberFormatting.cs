using System.Text;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>to_char of numbers, and to_number.</summary>
internal sealed class NumberFormatting
{
    private const int RomanWidth = 15;

    private readonly NumberTemplate _template;
    private readonly string _digits;
    private readonly bool _isNegative;
    private readonly int _blanks;
    private readonly int? _lastRelevant;
    private readonly StringBuilder _output = new();
    private readonly bool _hasBrackets;
    private bool _isSignWritten;
    private bool _isInNumber;
    private int _position;
    private int _next;
    private readonly int _count;

    private NumberFormatting(NumberTemplate template, string digits, bool isNegative)
    {
        _template = template;
        _isNegative = isNegative;
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int whole = point < 0 ? digits.Length : point;
        int before = template.Before + template.Shift;
        if (whole > before)
        {
            digits = new string('#', before) + (template.Behind > 0 ? "." + new string('#', template.Behind) : "");
            whole = before;
        }

        _digits = digits;
        _blanks = before - whole;
        _hasBrackets = template.HasBrackets && (isNegative || !template.IsCompact);
        if (template.HasPlus || template.HasMinus) _isSignWritten = template.HasMinus;
        else _isSignWritten = !isNegative && template.IsCompact && !template.HasSign;
        if (template is { IsCompact: true, HasPoint: true }) _lastRelevant = LastRelevant();
        _count = template.Behind + before - 1 + (!_isSignWritten && _blanks == 0 ? 1 : 0);
    }

    public static void Register(FunctionRegistry table)
    {
        table.Add("to_char(int4, text) text", (in a, in b, _) => SqlValue.Of(Print(SqlNumeric.From(a.AsInt64()), b.AsString())));
        table.Add("to_char(int8, text) text", (in a, in b, _) => SqlValue.Of(Print(SqlNumeric.From(a.AsInt64()), b.AsString())));
        table.Add("to_char(numeric, text) text", (in a, in b, _) => SqlValue.Of(Print(a.AsNumeric(), b.AsString())));
        table.Add("to_char(float4, text) text", (in a, in b, _) => SqlValue.Of(Print(NumericText.FromSingle(a.AsDouble()), b.AsString())));
        table.Add("to_char(float8, text) text", (in a, in b, _) => SqlValue.Of(Print(NumericText.FromDouble(a.AsDouble()), b.AsString())));
        table.Add("to_number(text, text) numeric", (in a, in b, _) => Read(a.AsString(), b.AsString()));
    }

    private static string Print(SqlNumeric value, string text)
    {
        NumberTemplate template = NumberTemplate.Parse(text);
        if (template.IsRoman) return Roman(value, template.IsCompact);
        if (!value.IsFinite) return new string('#', template.Before) + (template.Behind > 0 ? "." + new string('#', template.Behind) : "");
        if (template.Shift > 0) value = SqlNumeric.Multiply(value, new SqlNumeric(SqlNumeric.PowerOfTen(template.Shift), 0));
        SqlNumeric rounded = value.Round(template.Behind);
        return new NumberFormatting(template, NumericText.Print(rounded.Abs()), rounded.Sign < 0).Run();
    }

    private string Run()
    {
        foreach (NumberField field in _template.Fields)
        {
            switch (field.Keyword)
            {
                case null: _output.Append(field.Text); break;
                case "9" or "0" or "." or "D": Digit(field.Keyword); break;
                case "," or "G":
                    if (_isInNumber) _output.Append(',');
                    else if (!_template.IsCompact) _output.Append(' ');
                    break;
                case "L": _output.Append(' '); break;
                case "MI": Mark(_isNegative, '-'); break;
                case "PL": Mark(!_isNegative, '+'); break;
                case "SG": _output.Append(_isNegative ? '-' : '+'); break;
                case "TH":
                    if (!_isNegative && !_template.HasPoint && _digits[0] != '#') _output.Append(Ordinal(field.Text[0] == 't'));
                    break;
            }
        }

        return _output.ToString();
    }

    private void Mark(bool isShown, char mark)
    {
        if (isShown) _output.Append(mark);
        else if (!_template.IsCompact) _output.Append(' ');
    }

    /// <summary>The zero before the point of a template of nines only is a blank: .5 rather than 0.5.</summary>
    private bool IsLeadingBlank =>
        _template.ZeroStart is null && _next == 0 && _digits[0] == '0' && _template.Behind != 0;

    private bool EndsAtPoint => _lastRelevant is { } last && _digits[last] == '.';

    private void Digit(string keyword)
    {
        WriteSign();
        bool isBlank = _position < _blanks;
        if (isBlank && (_template.ZeroStart is not { } start || start > _position))
        {
            if (!_template.IsCompact) _output.Append(' ');
        }
        else if (isBlank)
        {
            _output.Append('0');
            _isInNumber = true;
        }
        else
        {
            if (_next < _digits.Length && _digits[_next] == '.') _output.Append('.');
            else if (_next < _digits.Length) OwnDigit(keyword);
            if (_next < _digits.Length) _next++;
        }

        WriteSignBehind();
        _position++;
    }

    private void OwnDigit(string keyword)
    {
        if (_lastRelevant is { } last && _next > last && keyword != "0") return;
        if (IsLeadingBlank)
        {
            if (!_template.IsCompact) _output.Append(' ');
            else if (EndsAtPoint) _output.Append('0');
            return;
        }

        _output.Append(_digits[_next]);
        _isInNumber = true;
    }

    private void WriteSign()
    {
        if (_isSignWritten) return;
        bool isAtNumber = _position >= _blanks || _template.ZeroStart == _position;
        if (!isAtNumber || (IsLeadingBlank && !EndsAtPoint)) return;
        if (_template.HasSign)
        {
            if (_template.IsSignBehind) return;
            _output.Append(_isNegative ? '-' : '+');
        }
        else if (_hasBrackets)
        {
            _output.Append(_isNegative ? '<' : ' ');
        }
        else if (_isNegative)
        {
            _output.Append('-');
        }
        else if (!_template.IsCompact)
        {
            _output.Append(' ');
        }

        _isSignWritten = true;
    }

    private void WriteSignBehind()
    {
        int end = _count + (_blanks > 0 ? 1 : 0) + (_template.HasPoint ? 1 : 0);
        if (_lastRelevant is { } last && last == _next) end = _position;
        if (_position + 1 != end) return;
        if (_isSignWritten && _hasBrackets) _output.Append(_isNegative ? '>' : ' ');
        else if (_template is { HasSign: true, IsSignBehind: true }) _output.Append(_isNegative ? '-' : '+');
    }

    private int? LastRelevant()
    {
        int point = _digits.IndexOf('.', StringComparison.Ordinal);
        if (point < 0) return null;
        int last = _digits.Length - 1;
        while (last > point && _digits[last] == '0') last--;
        if (_template.ZeroEnd > _blanks) last = Math.Max(last, Math.Min(_digits.Length - 1, _template.ZeroEnd - _blanks));
        return last;
    }

    private string Ordinal(bool isLower)
    {
        string ending = _digits.Length > 1 && _digits[^2] == '1' ? "TH" : _digits[^1] switch { '1' => "ST", '2' => "ND", '3' => "RD", _ => "TH" };
        return isLower ? ending.ToLowerInvariant() : ending;
    }

    private static string Roman(SqlNumeric value, bool isCompact)
    {
        if (value.ToInt64() is not ({ } number and > 0 and < 4000)) return new string('#', RomanWidth);
        (int Value, string Text)[] numerals =
        [
            (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"),
            (5, "V"), (4, "IV"), (1, "I"),
        ];
        var text = new StringBuilder();
        foreach ((int unit, string numeral) in numerals)
        {
            for (; number >= unit; number -= unit) text.Append(numeral);
        }

        return isCompact ? text.ToString() : text.ToString().PadLeft(RomanWidth);
    }

    /// <summary>Digits, sign and point of the text; group separators and whatever else the template skips are left out.</summary>
    private static SqlValue Read(string text, string template)
    {
        NumberTemplate parsed = NumberTemplate.Parse(template);
        var digits = new StringBuilder();
        bool isNegative = false;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c) || (c == '.' && parsed.HasPoint)) digits.Append(c);
            else if (c is '-' or '<') isNegative = true;
        }

        if (!NumericText.TryRead((isNegative ? "-" : "") + digits, out SqlNumeric? value))
            throw ScalarText.BadSyntax(text, "numeric");
        if (parsed.Shift > 0) value = SqlNumeric.Divide(value, new SqlNumeric(SqlNumeric.PowerOfTen(parsed.Shift), 0));
        return SqlValue.Of(value.Round(Math.Min(value.Scale, parsed.Behind)));
    }
}
