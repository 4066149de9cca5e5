using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Tests.Session;

/// <summary>What a client sees of a call, a line each. COPY data comes from, and goes to, text.</summary>
internal sealed class RecordingSink : IScriptSink
{
    private readonly StringBuilder _text = new();
    private readonly Func<TypeContext> _types;
    private ImmutableArray<SqlType> _columns = [];

    public RecordingSink(Func<TypeContext> types, ImmutableArray<SqlType> columns = default)
    {
        _types = types;
        _columns = columns;
    }

    /// <summary>The data of the next COPY FROM STDIN, cut into pieces of <see cref="PieceBytes"/>.</summary>
    public byte[] CopyInput { get; set; } = [];

    public int PieceBytes { get; set; } = 7;

    public void Columns(ImmutableArray<ResultColumn> columns)
    {
        _columns = [.. columns.Select(c => c.Type)];
        Line(string.Join(" | ", columns.Select(c => c.Name)));
    }

    public bool Row(ReadOnlySpan<SqlValue> values)
    {
        var cells = new string[values.Length];
        for (int i = 0; i < values.Length; i++)
            cells[i] = values[i].IsNull ? "NULL" : TextFormat.ToText(values[i], _columns[i], _types());
        Line(string.Join(" | ", cells));
        return false;
    }

    public ValueTask DrainAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask<ICopySource> BeginCopyInAsync(CopyFormat format, int columnCount, CancellationToken cancellation)
    {
        Line($"copy in: {format}, {columnCount} columns");
        return ValueTask.FromResult<ICopySource>(new Pieces(CopyInput, PieceBytes));
    }

    public void BeginCopyOut(CopyFormat format, int columnCount) => Line($"copy out: {format}, {columnCount} columns");

    public bool CopyData(ReadOnlySpan<byte> data)
    {
        Line("> " + Encoding.UTF8.GetString(data).TrimEnd('\n'));
        return false;
    }

    public void EndCopyOut() => Line("copy out ends");

    public void Completed(CommandTag tag) => Line(tag.ToString());

    public void EmptyQuery() => Line("(empty)");

    public void Line(string text) => _text.Append(text).Append('\n');

    public void Error(SqlError error)
    {
        string position = error.Position > 0 ? string.Create(CultureInfo.InvariantCulture, $" at {error.Position}") : "";
        Line($"ERROR {error.SqlState}{position}: {error.Message}");
        if (error.Detail is not null) Line($"  detail: {error.Detail}");
        if (error.Context is not null) Line($"  context: {error.Context}");
        string fields = string.Join(
            ", ",
            new[] { ("table", error.Table), ("column", error.Column), ("constraint", error.Constraint) }
                .Where(f => f.Item2 is not null).Select(f => $"{f.Item1} {f.Item2}"));
        if (fields.Length > 0) Line($"  {fields}");
    }

    /// <summary>What has been recorded; empty from then on.</summary>
    public string Take()
    {
        string text = _text.ToString().TrimEnd('\n');
        _text.Clear();
        return text;
    }

    private sealed class Pieces(byte[] bytes, int size) : ICopySource
    {
        private int _at;

        public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
        {
            if (_at >= bytes.Length) return ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
            ReadOnlyMemory<byte> piece = bytes.AsMemory(_at, Math.Min(size, bytes.Length - _at));
            _at += piece.Length;
            return ValueTask.FromResult<ReadOnlyMemory<byte>?>(piece);
        }
    }
}
