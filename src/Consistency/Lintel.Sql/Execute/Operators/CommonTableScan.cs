using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>Names the rows of one common table within a running statement.</summary>
public sealed class CommonTableStore(string name)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>The rows of a running statement.</summary>
    internal CommonTableRows RowsOf(Frame frame, PlanNode plan, int[] outputs) =>
        frame.Keep(this, () => new CommonTableRows(frame, this, plan, outputs));
}

/// <summary>The rows of a common table, read from its plan as far as somebody asked, and kept.</summary>
internal sealed class CommonTableRows(Frame frame, object owner, PlanNode plan, int[] outputs)
{
    private readonly List<SqlValue[]> _rows = [];
    private Cursor? _cursor;
    private bool _isComplete;

    /// <summary>Row number <paramref name="at"/>, or null after the last.</summary>
    public async ValueTask<SqlValue[]?> GetAsync(int at)
    {
        while (at >= _rows.Count)
        {
            if (_isComplete) return null;
            _cursor ??= frame.Restart(owner, plan);
            if (!await _cursor.NextAsync())
            {
                _isComplete = true;
                return null;
            }

            var row = new SqlValue[outputs.Length];
            for (int i = 0; i < row.Length; i++) row[i] = frame.Registers[outputs[i]];
            frame.Scope.Memory.TakeRow(row);
            _rows.Add(row);
        }

        return _rows[at];
    }

    /// <summary>Reads everything.</summary>
    public async ValueTask CompleteAsync()
    {
        while (!_isComplete) await GetAsync(_rows.Count);
    }
}

/// <summary>One reference to a common table.</summary>
public sealed class CommonTableScanNode(CommonTableStore store, PlanNode plan, int[] outputs, int first, string alias) : PlanNode
{
    /// <inheritdoc/>
    public override string Title => $"CTE Scan on {store.Name}{(alias == store.Name ? "" : " " + alias)}";

    /// <summary>What computes the rows.</summary>
    public PlanNode Plan => plan;

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < outputs.Length; i++) registers.Add(first + i);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new TableCursor(store.RowsOf(frame, plan, outputs), first, frame);

    private sealed class TableCursor(CommonTableRows rows, int first, Frame frame) : Cursor
    {
        private int _next;

        public override async ValueTask<bool> NextAsync()
        {
            if (await rows.GetAsync(_next) is not { } row) return false;
            _next++;
            row.CopyTo(frame.Registers, first);
            return true;
        }

        public override void Reset() => _next = 0;
    }
}

/// <summary>Runs the common tables that write to their end, then gives the rows of the statement itself.</summary>
public sealed class WritingTablesNode(PlanNode input, (CommonTableStore Store, PlanNode Plan, int[] Outputs)[] tables) : PlanNode
{
    /// <inheritdoc/>
    public override System.Collections.Immutable.ImmutableArray<PlanNode> Inputs => [.. tables.Select(t => t.Plan), input];

    /// <inheritdoc/>
    public override string Title => "Sequence";

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers) => input.AddRegisters(registers);

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new SequenceCursor(input.Start(frame), tables, frame);

    private sealed class SequenceCursor(
        Cursor input, (CommonTableStore Store, PlanNode Plan, int[] Outputs)[] tables, Frame frame) : Cursor
    {
        private bool _isStarted;

        public override async ValueTask<bool> NextAsync()
        {
            if (!_isStarted)
            {
                _isStarted = true;
                foreach ((CommonTableStore store, PlanNode plan, int[] outputs) in tables)
                    await store.RowsOf(frame, plan, outputs).CompleteAsync();
                // What the common tables wrote does not count in the command tag.
                frame.Scope.AffectedRows = 0;
            }

            return await input.NextAsync();
        }

        public override void Reset() => input.Reset();

        public override ValueTask CloseAsync() => input.CloseAsync();
    }
}
