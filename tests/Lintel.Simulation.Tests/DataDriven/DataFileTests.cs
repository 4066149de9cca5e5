using Lintel.DataDriven;
using Xunit;

namespace Lintel.Simulation.Tests.DataDriven;

public sealed class DataFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lintel-datadriven-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_of_several_forms_passes() => DataFile.Run("DataDriven/Files/calculator.txt", new Calculator().Handle);

    [Fact]
    public void Files_are_listed_relative_to_the_project() =>
        Assert.Equal(["DataDriven/Files/calculator.txt"], DataFile.List("DataDriven/Files"));

    [Fact]
    public void A_difference_names_file_line_command_and_both_outputs()
    {
        var failure = Assert.Throws<DataFileException>(() => Run("# note\nadd a by=2\nshow a\n----\na: 2\n3\n", rewrite: false));
        Assert.Contains(":2: output differs", failure.Message, StringComparison.Ordinal);
        Assert.Contains("add a by=2\nshow a\n", failure.Message, StringComparison.Ordinal);
        Assert.Contains("  a: 2\n- 3\n+ 2\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewriting_replaces_only_the_output()
    {
        string text = Run("# note\n\n\nadd a by=2\n----\nwrong\n\n# second\necho\n  x\n\n  y\n----\n", rewrite: true);
        Assert.Equal("# note\n\nadd a by=2\n----\na: 2\n\n# second\necho\n  x\n\n  y\n----\n----\nx\n\ny\n----\n----\n", text);
        Assert.Equal(text, Run(text, rewrite: false));
    }

    [Theory]
    [InlineData("add a by=2\n", ":1: a block of commands ends without ----")]
    [InlineData("add a by=2\n\n----\n", ":1: a block of commands ends without ----")]
    [InlineData("----\nx\n", ":1: a block expects output but has no command")]
    [InlineData("add a by=(2\n----\n", "a ( is not closed")]
    [InlineData("add a by=2 by=3\n----\n", "by is given twice")]
    [InlineData("add a\n----\n", "argument by= is missing")]
    [InlineData("show\n----\n", "word 1 after show is missing")]
    [InlineData("add a by=2 typo=1\n----\n", "add knows no argument typo")]
    [InlineData("echo\n  x\n----\n----\nx\n", "is not closed by two")]
    [InlineData("fly\n----\n", "unknown verb fly")]
    [InlineData("boom\n----\n", ":1: boom\nbroken on purpose")]
    public void A_malformed_file_fails_with_its_place(string text, string expected)
    {
        var failure = Assert.Throws<DataFileException>(() => Run(text, rewrite: false));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private string Run(string text, bool rewrite)
    {
        string path = Path.Combine(_folder, "file.txt");
        File.WriteAllText(path, text);
        DataFile.RunAt(path, new Calculator().Handle, rewrite);
        return File.ReadAllText(path);
    }

    private sealed class Calculator
    {
        private readonly SortedDictionary<string, long> _totals = new(StringComparer.Ordinal);

        public string Handle(DataCommand command)
        {
            string output = command.Verb switch
            {
                "add" => Add(command),
                "show" => $"{_totals[command.Word(0)]}",
                "echo" => string.Concat(Enumerable.Repeat(command.Input + "\n", (int)command.Number("times", 1))),
                "quote" => $"[{command.Text("text")}] {string.Join(' ', command.List("list").Select(v => $"[{v}]"))}",
                "quiet" => "",
                "boom" => throw new InvalidOperationException("broken on purpose"),
                _ => throw command.UnknownVerb(),
            };
            command.RequireAllRead();
            return output;
        }

        private string Add(DataCommand command)
        {
            if (!command.Has("by")) throw command.Wrong("argument by= is missing");
            string name = command.Word(0);
            foreach (string by in command.List("by"))
                _totals[name] = _totals.GetValueOrDefault(name) + long.Parse(by, System.Globalization.CultureInfo.InvariantCulture);
            return $"{name}: {_totals[name]}";
        }
    }
}
