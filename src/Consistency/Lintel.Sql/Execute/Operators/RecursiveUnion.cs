using System.Collections.Immutable;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>Names the rows that a recursive table found in its last round.</summary>
public sealed class WorkTable(string name)
{
    /// <summary>Name of the table.</summary>
    public string Name => name;

    internal WorkRows RowsOf(Frame frame) => frame.Keep(this, () => new WorkRows());
}

/// <summary>The rows of the last round, in a running statement.</summary>
internal sealed class WorkRows
{
    public List<SqlValue[]> Rows { get; set; } = [];
}

/// <summary>Reads the rows of the last round.</summary>
public sealed class WorkTableScanNode(WorkTable table, int first, int width, string alias) : PlanNode
{
    /// <inheritdoc/>
    public override string Title => $"WorkTable Scan on {table.Name}{(alias == table.Name ? "" : " " + alias)}";

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < width; i++) registers.Add(first + i);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new WorkCursor(table.RowsOf(frame), first, frame);

    private sealed class WorkCursor(WorkRows work, int first, Frame frame) : Cursor
    {
        private int _next;

        public override ValueTask<bool> NextAsync()
        {
            if (_next >= work.Rows.Count) return ValueTask.FromResult(false);
            work.Rows[_next++].CopyTo(frame.Registers, first);
            return ValueTask.FromResult(true);
        }

        public override void Reset() => _next = 0;
    }
}

/// <summary>
/// WITH RECURSIVE: the rows of the left side are the first round; each further round runs the right side over the rows
/// of the one before it, until a round gives nothing. UNION leaves out rows that any round gave before.
/// </summary>
public sealed class RecursiveUnionNode(
    PlanNode left, PlanNode right, int[] leftSource, int[] rightSource, int first, SqlType[] types, bool isAll, WorkTable work)
    : PlanNode
{
    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [left, right];

    /// <inheritdoc/>
    public override string Title => "Recursive Union";

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < types.Length; i++) registers.Add(first + i);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new UnionCursor(this, left.Start(frame), right.Start(frame), frame);

    private int[] LeftSource => leftSource;

    private int[] RightSource => rightSource;

    private int First => first;

    private SqlType[] Types => types;

    private bool IsAll => isAll;

    private WorkTable Work => work;

    private sealed class UnionCursor(RecursiveUnionNode node, Cursor left, Cursor right, Frame frame) : Cursor
    {
        private readonly HashSet<SqlValue[]> _given = new(new RowEquality(node.Types));
        private List<SqlValue[]> _round = [];
        private bool _isFirstRound = true;
        private long _bytes;

        public override async ValueTask<bool> NextAsync()
        {
            while (true)
            {
                Cursor current = _isFirstRound ? left : right;
                int[] source = _isFirstRound ? node.LeftSource : node.RightSource;
                while (await current.NextAsync())
                {
                    var row = new SqlValue[source.Length];
                    for (int i = 0; i < row.Length; i++) row[i] = frame.Registers[source[i]];
                    if (!node.IsAll && !_given.Add(row)) continue;
                    _bytes += frame.Scope.Memory.TakeRow(row);
                    _round.Add(row);
                    row.CopyTo(frame.Registers, node.First);
                    return true;
                }

                frame.Scope.Cancellation.ThrowIfCancellationRequested();
                if (_round.Count == 0) return false;
                _isFirstRound = false;
                node.Work.RowsOf(frame).Rows = _round;
                _round = [];
                if (node.IsAll)
                {
                    // Of earlier rounds only the last is held.
                    frame.Scope.Memory.Release(_bytes);
                    _bytes = 0;
                }

                right.Reset();
            }
        }

        public override void Reset()
        {
            Forget();
            left.Reset();
            right.Reset();
        }

        public override async ValueTask CloseAsync()
        {
            Forget();
            await left.CloseAsync();
            await right.CloseAsync();
        }

        private void Forget()
        {
            frame.Scope.Memory.Release(_bytes);
            _bytes = 0;
            _given.Clear();
            _round = [];
            _isFirstRound = true;
        }
    }
}
