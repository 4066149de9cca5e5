using System.Collections.Immutable;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>
/// Stands before a sink while a statement may have to be run again: keeps the first rows, so that nothing has left as
/// long as they are few. Once they are many, or something else has to go out, all goes through and the chance is gone.
/// </summary>
internal sealed class HeldRows(IResultSink sink, int bytesMax) : IResultSink
{
    private const int RowBytes = 32;
    private readonly List<SqlValue[]> _rows = [];
    private ImmutableArray<ResultColumn> _columns;
    private bool _hasColumns;
    private long _bytes;

    /// <summary>Whether anything has gone to the sink.</summary>
    public bool HasLeft { get; private set; } = bytesMax == 0;

    /// <summary>Forgets what is held: the statement is run again.</summary>
    public void Clear()
    {
        _rows.Clear();
        _hasColumns = false;
        _bytes = 0;
    }

    /// <summary>Gives what is held to the sink.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellation)
    {
        if (HasLeft) return;
        HasLeft = true;
        if (_hasColumns) sink.Columns(_columns);
        foreach (SqlValue[] row in _rows)
        {
            if (sink.Row(row)) await sink.DrainAsync(cancellation);
        }

        _rows.Clear();
    }

    /// <inheritdoc/>
    public void Columns(ImmutableArray<ResultColumn> columns)
    {
        if (HasLeft) sink.Columns(columns);
        else (_columns, _hasColumns) = (columns, true);
    }

    /// <inheritdoc/>
    public bool Row(ReadOnlySpan<SqlValue> values)
    {
        if (HasLeft) return sink.Row(values);
        _rows.Add(values.ToArray());
        _bytes += RowBytes;
        foreach (ref readonly SqlValue value in values) _bytes += value.HeapBytes + RowBytes;
        return _bytes > bytesMax;
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(CancellationToken cancellation) =>
        HasLeft ? sink.DrainAsync(cancellation) : ReleaseAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<ICopySource> BeginCopyInAsync(CopyFormat format, int columnCount, CancellationToken cancellation)
    {
        await ReleaseAsync(cancellation);
        return await sink.BeginCopyInAsync(format, columnCount, cancellation);
    }

    /// <inheritdoc/>
    public void BeginCopyOut(CopyFormat format, int columnCount)
    {
        HasLeft = true;
        sink.BeginCopyOut(format, columnCount);
    }

    /// <inheritdoc/>
    public bool CopyData(ReadOnlySpan<byte> data) => sink.CopyData(data);

    /// <inheritdoc/>
    public void EndCopyOut() => sink.EndCopyOut();
}
