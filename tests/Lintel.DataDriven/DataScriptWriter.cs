using System.Text;

namespace Lintel.DataDriven;

/// <summary>Writes blocks back as a data file, with new output below the commands.</summary>
internal sealed class DataScriptWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends a block with <paramref name="output"/> in place of what it expected.</summary>
    public void Write(DataBlock block, string output)
    {
        if (_text.Length > 0) _text.Append('\n');
        foreach (string line in block.Head) Line(line);
        if (block.Commands.Count == 0) return;
        Line(DataScript.Separator);
        bool doubled = NeedsDoubledForm(output);
        if (doubled) Line(DataScript.Separator);
        if (output.Length > 0) Line(output);
        if (!doubled) return;
        Line(DataScript.Separator);
        Line(DataScript.Separator);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static bool NeedsDoubledForm(string output) =>
        output.StartsWith('\n') || output.Contains("\n\n", StringComparison.Ordinal)
        || output.StartsWith(DataScript.Separator, StringComparison.Ordinal);

    private void Line(string line) => _text.Append(line).Append('\n');
}
