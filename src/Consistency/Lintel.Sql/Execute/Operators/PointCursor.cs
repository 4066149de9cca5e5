using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>At most one row, by its key: one read, two by way of a secondary index.</summary>
internal sealed class PointCursor(TableScanNode node, Frame frame) : Cursor
{
    private readonly OrderedKeyWriter _writer = new();
    private bool _isDone;

    public override ValueTask<bool> NextAsync()
    {
        if (_isDone) return ValueTask.FromResult(false);
        _isDone = true;
        _writer.Clear();
        _writer.Raw(node.Index.Prefix.Span);
        for (int i = 0; i < node.Bounds.Equal.Length; i++)
        {
            RowExpression equal = node.Bounds.Equal[i];
            if (equal.IsDeferred) return ComputeKeyAsync(i);
            if (!TryWrite(i, equal.Root.Evaluate(frame))) return ValueTask.FromResult(false);
        }

        return ReadAsync();
    }

    public override void Reset() => _isDone = false;

    private bool TryWrite(int at, in SqlValue value)
    {
        if (value.IsNull) return false;
        node.Index.WriteColumn(_writer, at, value);
        return true;
    }

    private async ValueTask<bool> ComputeKeyAsync(int from)
    {
        for (int i = from; i < node.Bounds.Equal.Length; i++)
        {
            if (!TryWrite(i, await node.Bounds.Equal[i].EvaluateAsync(frame))) return false;
        }

        return await ReadAsync();
    }

    private async ValueTask<bool> ReadAsync()
    {
        StatementScope scope = frame.Scope;
        ReadOnlyMemory<byte>? found = await scope.Reader.GetAsync(_writer.ToKey(), node.Strength, scope.Cancellation);
        if (found is null) return false;
        if (!node.Index.Index.IsPrimary)
        {
            _writer.Clear();
            _writer.Raw(node.Table.Primary.Prefix.Span);
            _writer.Raw(found.Value.Span);
            found = await scope.Reader.GetAsync(_writer.ToKey(), node.Strength, scope.Cancellation);
            if (found is null) throw IndexCursor.DanglingEntry(node);
        }

        node.Decode(found.Value, frame);
        return node.Filter is null || await node.Filter.HoldsAsync(frame);
    }
}

/// <summary>Rows by a list of whole primary keys, in the order of the keys, read together.</summary>
internal sealed class PointListCursor(TableScanNode node, Frame frame) : Cursor
{
    private readonly OrderedKeyWriter _writer = new();
    private IReadOnlyList<ReadOnlyMemory<byte>?>? _rows;
    private int _next;

    public override async ValueTask<bool> NextAsync()
    {
        _rows ??= await ReadAsync();
        while (_next < _rows.Count)
        {
            if (_rows[_next++] is not { } row) continue;
            node.Decode(row, frame);
            if (node.Filter is null || await node.Filter.HoldsAsync(frame)) return true;
        }

        return false;
    }

    public override void Reset()
    {
        _rows = null;
        _next = 0;
    }

    private async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> ReadAsync()
    {
        StatementScope scope = frame.Scope;
        List<KeySpan> spans = await node.Bounds.SpansAsync(node.Index, _writer, frame);
        if (spans.Count == 0) return [];
        return await scope.Reader.GetManyAsync(spans.ConvertAll(s => s.Start), node.Strength, scope.Cancellation);
    }
}
