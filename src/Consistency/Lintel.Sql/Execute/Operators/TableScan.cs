using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Execute.Operators;

/// <summary>
/// Reads rows of a table through one of its indexes: a point (all key columns of a unique index are given), or pages of
/// spans. The columns that somebody uses land in registers; what the bounds do not say is checked by the residual
/// condition, which the planner gives as a <see cref="FilterNode"/> above or here, where EXPLAIN shows it.
/// </summary>
public sealed class TableScanNode : PlanNode
{
    private readonly RegisterTable _registers;
    private readonly RowExpression? _condition;
    private WantedColumn[]? _wanted;

    /// <summary>A scan.</summary>
    public TableScanNode(
        TableLayout table, IndexLayout index, KeyBounds bounds, int firstRegister, string alias, LockStrength strength,
        BoundExpression? condition, string? boundsText, RegisterTable registers)
    {
        (Table, Index, Bounds, First, Alias, Strength) = (table, index, bounds, firstRegister, alias, strength);
        BoundsText = boundsText;
        _registers = registers;
        _condition = condition is null ? null : new RowExpression(condition);
    }

    /// <summary>The table.</summary>
    public TableLayout Table { get; }

    /// <summary>The index that is read.</summary>
    public IndexLayout Index { get; }

    /// <summary>The part of it.</summary>
    public KeyBounds Bounds { get; }

    /// <summary>The register of column 0.</summary>
    public int First { get; }

    /// <summary>Name in the statement.</summary>
    public string Alias { get; }

    /// <summary>The lock that reads take in a read-write transaction.</summary>
    public LockStrength Strength { get; }

    /// <summary>Whether at most one row is found, by its whole key.</summary>
    public bool IsPoint => Index.Index.IsUnique && Bounds.Equal.Length == Index.Ordinals.Length;

    /// <inheritdoc/>
    public override string Title
    {
        get
        {
            string name = Table.Table.Name + (Alias == Table.Table.Name ? "" : " " + Alias);
            return Bounds.IsAll && Index.Index.IsPrimary
                ? $"Seq Scan on {name}"
                : $"Index Scan using {Index.Index.Name} on {name}";
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Properties
    {
        get
        {
            if (BoundsText is not null) yield return $"Index Cond: {BoundsText}";
            if (_condition is not null) yield return $"Filter: {_condition.Root}";
        }
    }

    private string? BoundsText { get; }

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < Table.Types.Length; i++) registers.Add(First + i);
    }

    /// <summary>Puts a stored row into the registers.</summary>
    internal void Decode(ReadOnlyMemory<byte> row, Frame frame) =>
        RowFormat.Read(row, _wanted ??= Table.Want(First, _registers.IsUsed), frame.Registers);

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame)
    {
        if (IsPoint) return new PointCursor(this, frame);
        return Index.Index.IsPrimary ? new PrimaryCursor(this, frame) : new IndexCursor(this, frame);
    }

    private ValueTask<bool> PassesAsync(Frame frame) =>
        _condition is null ? ValueTask.FromResult(true) : _condition.HoldsAsync(frame);

    /// <summary>At most one row, by its key.</summary>
    private sealed class PointCursor(TableScanNode node, Frame frame) : Cursor
    {
        private readonly OrderedKeyWriter _writer = new();
        private bool _isDone;

        public override async ValueTask<bool> NextAsync()
        {
            if (_isDone) return false;
            _isDone = true;
            StatementScope scope = frame.Scope;
            KeyBounds bounds = node.Bounds;
            _writer.Clear();
            _writer.Raw(node.Index.Prefix.Span);
            for (int i = 0; i < bounds.Equal.Length; i++)
            {
                RowExpression equal = bounds.Equal[i];
                Types.SqlValue value = equal.IsDeferred ? await equal.EvaluateAsync(frame) : equal.Root.Evaluate(frame);
                if (value.IsNull) return false;
                node.Index.WriteColumn(_writer, i, value);
            }

            ReadOnlyMemory<byte>? found = await scope.Reader.GetAsync(_writer.ToKey(), node.Strength, scope.Cancellation);
            if (found is null) return false;
            if (!node.Index.Index.IsPrimary)
            {
                _writer.Clear();
                _writer.Raw(node.Table.Primary.Prefix.Span);
                _writer.Raw(found.Value.Span);
                found = await scope.Reader.GetAsync(_writer.ToKey(), node.Strength, scope.Cancellation);
                if (found is null) throw DanglingEntry(node);
            }

            node.Decode(found.Value, frame);
            return await node.PassesAsync(frame);
        }

        public override void Reset() => _isDone = false;
    }

    /// <summary>Pages of the primary index.</summary>
    private sealed class PrimaryCursor(TableScanNode node, Frame frame) : Cursor
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
                if (node._condition is null || await node._condition.HoldsAsync(frame)) return true;
            }
        }

        public override void Reset() => _pages.Reset();
    }

    /// <summary>Pages of a secondary index, the rows fetched a page at a time.</summary>
    private sealed class IndexCursor(TableScanNode node, Frame frame) : Cursor
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
                    if (await node.PassesAsync(frame)) return true;
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

    // Invariant Q04 (I9): every index entry has its row, at every timestamp.
    private static Types.SqlException DanglingEntry(TableScanNode node) => new(
        Types.SqlStates.DataCorrupted, $"index \"{node.Index.Index.Name}\" has an entry without a row",
        hint: "Report this, and rebuild the index.");
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
        _spans ??= await node.Bounds.SpansAsync(node.Index, _writer, frame);
        while (true)
        {
            if (_rest.IsEmpty)
            {
                if (_nextSpan >= _spans.Count) return false;
                _rest = _spans[_nextSpan++];
            }

            ScanPage page = await frame.Scope.Reader.ScanAsync(
                _rest, new ScanOptions(0, false, node.Strength), frame.Scope.Cancellation);
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
}
