namespace Lintel.DataDriven;

/// <summary>One block of a data file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">Line of the first command, from 1.</param>
/// <param name="Head">The comment and command lines as they stand, without the <c>----</c>.</param>
/// <param name="Commands">The commands, in order. None for a block of comments only, which expects nothing.</param>
/// <param name="Expected">The expected output, lines joined by a newline, none at the end.</param>
internal sealed record DataBlock(
    string Path, int Line, IReadOnlyList<string> Head, IReadOnlyList<DataCommand> Commands, string Expected);
