using Lintel.Primitives.Keys;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Execute.Operators;

/// <summary>Pages of the primary index.</summary>
internal sealed class PrimaryCursor(TableScanNode node, Frame frame) : Cursor
{
    private readonly SpanPages _pages = new(node, frame);

    public override async ValueTask<bool> NextAsync()
    {
        while (true)
        {
            if (!_pages.TryNext(out KeyRow row))
            {
                if (!await _pages.FetchAsync()) return false;
                continue;
            }

            node.Decode(row.Value, frame);
            if (node.Filter is null || await node.Filter.HoldsAsync(frame)) return true;
        }
    }

    public override void Reset() => _pages.Reset();
}

/// <summary>Pages of a secondary index, the rows fetched a page at a time.</summary>
internal sealed class IndexCursor(TableScanNode node, Frame frame) : Cursor
{
    private readonly SpanPages _pages = new(node, frame);
    private readonly OrderedKeyWriter _writer = new();
    private readonly List<Key> _keys = [];
    private IReadOnlyList<ReadOnlyMemory<byte>?> _rows = [];
    private int _next;

    public override async ValueTask<bool> NextAsync()
    {
        while (true)
        {
            while (_next < _rows.Count)
            {
                ReadOnlyMemory<byte> row = _rows[_next++] ?? throw DanglingEntry(node);
                node.Decode(row, frame);
                if (node.Filter is null || await node.Filter.HoldsAsync(frame)) return true;
            }

            if (!await FetchAsync()) return false;
        }
    }

    public override void Reset()
    {
        _pages.Reset();
        _rows = [];
        _next = 0;
    }

    // Invariant I9: every index entry has its row, at every timestamp.
    internal static SqlException DanglingEntry(TableScanNode node) => new(
        SqlStates.DataCorrupted, $"index \"{node.Index.Index.Name}\" has an entry without a row",
        hint: "Report this, and rebuild the index.");

    private async ValueTask<bool> FetchAsync()
    {
        _keys.Clear();
        while (_keys.Count == 0)
        {
            while (_pages.TryNext(out KeyRow entry))
            {
                _writer.Clear();
                _writer.Raw(node.Table.Primary.Prefix.Span);
                _writer.Raw(entry.Value.Span);
                _keys.Add(_writer.ToKey());
            }

            if (_keys.Count == 0 && !await _pages.FetchAsync()) return false;
        }

        _rows = await frame.Scope.Reader.GetManyAsync(_keys, node.Strength, frame.Scope.Cancellation);
        _next = 0;
        return true;
    }
}

/// <summary>Walks the spans of a scan page by page.</summary>
internal sealed class SpanPages(TableScanNode node, Frame frame)
{
    private readonly OrderedKeyWriter _writer = new();
    private List<KeySpan>? _spans;
    private int _nextSpan;
    private KeySpan _rest;
    private IReadOnlyList<KeyRow> _rows = [];
    private int _next;
    private long _wanted = -1;

    public bool TryNext(out KeyRow row)
    {
        if (_next < _rows.Count)
        {
            row = _rows[_next++];
            return true;
        }

        row = default;
        return false;
    }

    /// <summary>Reads the next page; false when everything has been read.</summary>
    public async ValueTask<bool> FetchAsync()
    {
        if (_spans is null)
        {
            _spans = await node.Bounds.SpansAsync(node.Index, _writer, frame);
            if (node.IsBackward) _spans.Reverse();
            _wanted = await RowsWantedAsync();
        }

        while (true)
        {
            if (_rest.IsEmpty)
            {
                if (_nextSpan >= _spans.Count) return false;
                _rest = _spans[_nextSpan++];
            }

            frame.Scope.Cancellation.ThrowIfCancellationRequested();
            int limit = _wanted is > 0 and < int.MaxValue ? (int)_wanted : 0;
            ScanPage page = await frame.Scope.Reader.ScanAsync(
                _rest, new ScanOptions(limit, node.IsBackward, node.Strength), frame.Scope.Cancellation);
            _rest = page.Rest;
            _rows = page.Rows;
            _next = 0;
            if (_rows.Count > 0) return true;
        }
    }

    public void Reset()
    {
        _spans = null;
        _nextSpan = 0;
        _rest = default;
        _rows = [];
        _next = 0;
    }

    private async ValueTask<long> RowsWantedAsync()
    {
        if (node.RowLimit is null) return -1;
        SqlValue limit = await node.RowLimit.EvaluateAsync(frame);
        if (limit.IsNull) return -1;
        long rows = limit.AsInt64();
        if (node.RowOffset is not null)
        {
            SqlValue offset = await node.RowOffset.EvaluateAsync(frame);
            if (!offset.IsNull) rows += Math.Max(0, offset.AsInt64());
        }

        return rows;
    }
}
