using System.Text;

namespace Lintel.DataDriven;

/// <summary>
/// Parses <c>verb word key=value key=(a,b) key="with blanks"</c>. Parentheses nest, and blanks inside them are dropped
/// around the values. In double quotes \" is a quote, \\ a backslash, \n a newline.
/// </summary>
internal sealed class CommandLine
{
    private readonly string _path;
    private readonly int _line;
    private readonly string _text;
    private int _at;

    private CommandLine(string path, int line, string text)
    {
        _path = path;
        _line = line;
        _text = text;
    }

    private bool AtEnd => _at >= _text.Length;

    public static DataCommand Parse(string path, int line, string text, string input)
    {
        var parser = new CommandLine(path, line, text);
        string verb = parser.Until(" \t");
        var arguments = new List<DataArgument>();
        while (parser.SkipBlanks()) arguments.Add(parser.Argument());
        return new DataCommand(path, line, text, verb, arguments, input);
    }

    private DataArgument Argument()
    {
        if (_text[_at] == '"') return new DataArgument(Quoted(), []);
        string name = Until(" \t=");
        if (AtEnd || _text[_at] != '=') return new DataArgument(name, []);
        if (name.Length == 0) throw Malformed("a value has no name in front of its =");
        _at++;
        if (!AtEnd && _text[_at] == '(') return new DataArgument(name, Values());
        return new DataArgument(name, [!AtEnd && _text[_at] == '"' ? Quoted() : Until(" \t")]);
    }

    private List<string> Values()
    {
        var values = new List<string>();
        var value = new StringBuilder();
        int depth = 1;
        _at++;
        while (!AtEnd)
        {
            char c = _text[_at];
            if (c == '"' && value.ToString().Trim().Length == 0)
            {
                value.Append(Quoted());
                continue;
            }

            _at++;
            if (c == '(') depth++;
            if (c == ')' && --depth == 0)
            {
                values.Add(value.ToString().Trim());
                return values;
            }

            if (c == ',' && depth == 1)
            {
                values.Add(value.ToString().Trim());
                value.Clear();
            }
            else
            {
                value.Append(c);
            }
        }

        throw Malformed("a ( is not closed");
    }

    private string Quoted()
    {
        var value = new StringBuilder();
        _at++;
        while (!AtEnd)
        {
            char c = _text[_at++];
            if (c == '"') return value.ToString();
            if (c == '\\' && !AtEnd) c = _text[_at++] is var escaped && escaped == 'n' ? '\n' : escaped;
            value.Append(c);
        }

        throw Malformed("a \" is not closed");
    }

    private string Until(string stops)
    {
        int start = _at;
        while (!AtEnd && !stops.Contains(_text[_at])) _at++;
        return _text[start.._at];
    }

    private bool SkipBlanks()
    {
        while (!AtEnd && char.IsWhiteSpace(_text[_at])) _at++;
        return !AtEnd;
    }

    private DataFileException Malformed(string why) => new($"{_path}:{_line}: {_text}\n{why}");
}
