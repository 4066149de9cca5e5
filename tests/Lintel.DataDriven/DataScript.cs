namespace Lintel.DataDriven;

/// <summary>A parsed data file: its blocks in order, and the text they came from.</summary>
internal sealed record DataScript(string Text, IReadOnlyList<DataBlock> Blocks)
{
    /// <summary>The line between commands and expected output.</summary>
    public const string Separator = "----";

    /// <summary>Parses a file's text.</summary>
    public static DataScript Parse(string path, string text)
    {
        string normal = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        var reader = new BlockReader(path, normal.Split('\n'));
        var blocks = new List<DataBlock>();
        while (reader.Next() is { } block) blocks.Add(block);
        return new DataScript(normal, blocks);
    }

    private sealed class BlockReader(string path, string[] lines)
    {
        private int _at;

        private bool AtEnd => _at >= lines.Length;

        public DataBlock? Next()
        {
            while (!AtEnd && lines[_at].Length == 0) _at++;
            if (AtEnd) return null;
            int first = _at;
            var commands = new List<DataCommand>();
            while (!AtEnd && lines[_at] != Separator)
            {
                if (lines[_at].Length == 0) return CommentsOnly(first, commands);
                if (lines[_at][0] == '#') _at++;
                else commands.Add(ReadCommand());
            }

            if (AtEnd) return CommentsOnly(first, commands);
            if (commands.Count == 0) throw Malformed(_at, "a block expects output but has no command");
            string[] head = lines[first.._at++];
            return new DataBlock(path, commands[0].Line, head, commands, ReadExpected());
        }

        private DataBlock CommentsOnly(int first, List<DataCommand> commands) => commands.Count == 0
            ? new DataBlock(path, first + 1, lines[first.._at], [], "")
            : throw Malformed(_at - 1, $"a block of commands ends without {Separator}");

        private DataCommand ReadCommand()
        {
            int at = _at++;
            string line = lines[at];
            if (char.IsWhiteSpace(line[0])) throw Malformed(at, "an input line stands before any command");
            int input = _at;
            while (!AtEnd && IsInput()) _at++;
            string[] taken = Array.ConvertAll(lines[input.._at], Unindent);
            return CommandLine.Parse(path, at + 1, line, string.Join('\n', taken));
        }

        // A blank line belongs to the input when more input follows it.
        private bool IsInput()
        {
            int at = _at;
            while (at < lines.Length && lines[at].Length == 0) at++;
            return at < lines.Length && lines[at].Length > 0 && char.IsWhiteSpace(lines[at][0]);
        }

        private static string Unindent(string line) =>
            line.StartsWith("  ", StringComparison.Ordinal) ? line[2..] : line.TrimStart();

        private string ReadExpected()
        {
            bool doubled = !AtEnd && lines[_at] == Separator;
            if (doubled) _at++;
            int start = _at;
            while (!AtEnd && !(doubled ? IsDoubleSeparator() : lines[_at].Length == 0)) _at++;
            if (doubled && AtEnd) throw Malformed(start - 1, $"output opened by two {Separator} lines is not closed by two");
            string expected = string.Join('\n', lines[start.._at]);
            if (doubled) _at += 2;
            return expected;
        }

        private bool IsDoubleSeparator() =>
            lines[_at] == Separator && _at + 1 < lines.Length && lines[_at + 1] == Separator;

        private DataFileException Malformed(int at, string why) => new($"{path}:{at + 1}: {why}");
    }
}
