using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Execute.Operators;

/// <summary>
/// Reads rows of a table through one of its indexes: a point (all key columns of a unique index are given), a list of
/// points, or pages of spans. The columns that somebody uses land in registers; what the bounds do not say is checked by
/// the filter.
/// </summary>
public sealed class TableScanNode : PlanNode
{
    private readonly RegisterTable _registers;
    private WantedColumn[]? _wanted;

    /// <summary>A scan.</summary>
    public TableScanNode(
        TableLayout table, IndexLayout index, KeyBounds bounds, int firstRegister, string alias, LockStrength strength,
        BoundExpression? filter, string? boundsText, RegisterTable registers)
    {
        (Table, Index, Bounds, First, Alias, Strength) = (table, index, bounds, firstRegister, alias, strength);
        BoundsText = boundsText;
        _registers = registers;
        Filter = filter is null ? null : new RowExpression(filter);
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

    /// <summary>Whether the index is read from its end.</summary>
    public bool IsBackward { get; init; }

    /// <summary>How many rows are wanted at most; null for all. Pages are not larger, so no more is read and locked.</summary>
    public RowExpression? RowLimit { get; init; }

    /// <summary>Further rows that are skipped before those (OFFSET); only with a limit.</summary>
    public RowExpression? RowOffset { get; init; }

    /// <summary>Whether at most one row is found, by its whole key.</summary>
    public bool IsPoint => Index.Index.IsUnique && Bounds.EqualsAny is null && Bounds.Equal.Length == Index.Ordinals.Length;

    /// <summary>Whether rows are found by a list of whole primary keys.</summary>
    public bool IsPointList => Index.Index.IsPrimary && Bounds.EqualsAny is not null
        && Bounds.FixedColumns == Index.Ordinals.Length && !IsBackward;

    /// <inheritdoc/>
    public override string Title
    {
        get
        {
            string name = Table.Table.Name + (Alias == Table.Table.Name ? "" : " " + Alias);
            return Bounds.IsAll && Index.Index.IsPrimary && !IsBackward
                ? $"Seq Scan on {name}"
                : $"Index Scan{(IsBackward ? " Backward" : "")} using {Index.Index.Name} on {name}";
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Properties
    {
        get
        {
            if (BoundsText is not null) yield return $"Index Cond: {BoundsText}";
            if (Filter is not null) yield return $"Filter: {Filter.Root}";
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions
    {
        get
        {
            foreach (RowExpression equal in Bounds.Equal) yield return equal.Root;
            if (Bounds.EqualsAny is not null) yield return Bounds.EqualsAny.Root;
            if (Bounds.Lower is not null) yield return Bounds.Lower.Root;
            if (Bounds.Upper is not null) yield return Bounds.Upper.Root;
            if (Filter is not null) yield return Filter.Root;
        }
    }

    /// <summary>What rows must satisfy besides the bounds; null for nothing.</summary>
    internal RowExpression? Filter { get; }

    private string? BoundsText { get; }

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < Table.Types.Length; i++) registers.Add(First + i);
    }

    /// <inheritdoc/>
    public override PlanNode WithRowLimit(BoundExpression limit, BoundExpression? offset)
    {
        if (IsPoint || Filter is not null) return this;
        return new TableScanNode(Table, Index, Bounds, First, Alias, Strength, null, BoundsText, _registers)
        {
            IsBackward = IsBackward,
            RowLimit = new RowExpression(limit),
            RowOffset = offset is null ? null : new RowExpression(offset),
        };
    }

    /// <summary>Puts a stored row into the registers.</summary>
    internal void Decode(ReadOnlyMemory<byte> row, Frame frame) =>
        RowFormat.Read(row, _wanted ??= Table.Want(First, _registers.IsUsed), frame.Registers);

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame)
    {
        if (IsPoint) return new PointCursor(this, frame);
        if (IsPointList) return new PointListCursor(this, frame);
        return Index.Index.IsPrimary ? new PrimaryCursor(this, frame) : new IndexCursor(this, frame);
    }
}
