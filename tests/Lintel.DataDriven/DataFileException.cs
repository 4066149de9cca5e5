namespace Lintel.DataDriven;

/// <summary>A data file is malformed, a command failed, or its output is not the expected one.</summary>
public sealed class DataFileException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The failure of a block whose output differs, with a line diff.</summary>
    internal static DataFileException Mismatch(DataBlock block, string actual) => new(
        $"{block.Path}:{block.Line}: output differs (- expected, + actual; LINTEL_REWRITE=1 accepts the actual)\n" +
        $"{string.Join('\n', block.Commands)}\n----\n{LineDiff.Render(block.Expected, actual)}");
}
