using System.Globalization;

namespace Lintel.DataDriven;

/// <summary>
/// One command line of a data file: a verb, words by position, named arguments, and the indented input below it.
/// Reading an argument that is missing or malformed throws with the line's location.
/// </summary>
public sealed class DataCommand
{
    private readonly List<string> _words = [];
    private readonly Dictionary<string, DataArgument> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly string _text;

    internal DataCommand(string path, int line, string text, string verb, IReadOnlyList<DataArgument> arguments, string input)
    {
        Path = path;
        Line = line;
        Verb = verb;
        Arguments = arguments;
        Input = input;
        _text = text;
        foreach (DataArgument argument in arguments)
        {
            if (argument.IsWord) _words.Add(argument.Name);
            else if (!_named.TryAdd(argument.Name, argument)) throw Wrong($"argument {argument.Name} is given twice");
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>File and line, as compilers print it.</summary>
    public string Location => $"{Path}:{Line}";

    /// <summary>The first word.</summary>
    public string Verb { get; }

    /// <summary>Everything after the verb, in order.</summary>
    public IReadOnlyList<DataArgument> Arguments { get; }

    /// <summary>The arguments without <c>=</c>, in order.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The indented lines below the command, indentation removed, joined by newlines; empty when there are none.</summary>
    public string Input { get; }

    /// <summary>The lines of <see cref="Input"/>.</summary>
    public IReadOnlyList<string> InputLines => Input.Length == 0 ? [] : Input.Split('\n');

    /// <summary>The word at <paramref name="position"/>, from 0.</summary>
    public string Word(int position) =>
        position < _words.Count ? _words[position] : throw Wrong($"word {position + 1} after {Verb} is missing");

    /// <summary>Whether the word <paramref name="word"/> or a value of that name is there.</summary>
    public bool Has(string word)
    {
        _read.Add(word);
        return _words.Contains(word, StringComparer.Ordinal) || _named.ContainsKey(word);
    }

    /// <summary>The value of a named argument.</summary>
    public string Text(string name) =>
        Find(name) is { } argument ? Single(argument) : throw Wrong($"argument {name}= is missing");

    /// <summary>The value of a named argument, or <paramref name="otherwise"/>.</summary>
    public string Text(string name, string otherwise) => Find(name) is { } argument ? Single(argument) : otherwise;

    /// <summary>The value of a named argument as a whole number.</summary>
    public long Number(string name) => ToNumber(name, Text(name));

    /// <summary>The value of a named argument as a whole number, or <paramref name="otherwise"/>.</summary>
    public long Number(string name, long otherwise) =>
        Find(name) is { } argument ? ToNumber(name, Single(argument)) : otherwise;

    /// <summary>The values of a named argument: one for <c>key=a</c>, several for <c>key=(a,b)</c>, none when absent.</summary>
    public IReadOnlyList<string> List(string name) => Find(name)?.Values.Where(value => value.Length > 0).ToList() ?? [];

    /// <summary>
    /// Throws when a named argument has not been read: call it at the end of a handler so that a misspelt argument
    /// fails instead of being ignored.
    /// </summary>
    public void RequireAllRead()
    {
        foreach (DataArgument argument in Arguments)
        {
            if (!argument.IsWord && !_read.Contains(argument.Name)) throw Wrong($"{Verb} knows no argument {argument.Name}");
        }
    }

    /// <summary>An exception that says what is wrong with this command, with its location.</summary>
    public DataFileException Wrong(string why) => new($"{Location}: {this}\n{why}");

    /// <summary>The exception for a verb that the handler does not know.</summary>
    public DataFileException UnknownVerb() => Wrong($"unknown verb {Verb}");

    /// <summary>The command line as it stands in the file.</summary>
    public override string ToString() => _text;

    private DataArgument? Find(string name)
    {
        _read.Add(name);
        return _named.GetValueOrDefault(name);
    }

    private string Single(DataArgument argument) => argument.Values.Count == 1
        ? argument.Values[0]
        : throw Wrong($"argument {argument.Name} takes one value, not {argument.Values.Count}");

    private long ToNumber(string name, string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw Wrong($"argument {name} is no whole number: {text}");
}
