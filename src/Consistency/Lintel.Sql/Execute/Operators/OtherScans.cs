using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>Rows of a virtual table, all of them or those of one value.</summary>
public sealed class VirtualScanNode(IVirtualTable table, string alias, int first, int lookupColumn, RowExpression? lookup)
    : PlanNode
{
    /// <inheritdoc/>
    public override string Title => $"Virtual Scan on {table.Name}{(alias == table.Name ? "" : " " + alias)}";

    /// <inheritdoc/>
    public override IEnumerable<string> Properties =>
        lookup is null ? [] : [$"Lookup Cond: ({table.Columns[lookupColumn].Name} = {lookup.Root})"];

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < table.Columns.Length; i++) registers.Add(first + i);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new VirtualCursor(this, frame);

    private IVirtualTable Table => table;

    private int First => first;

    private int LookupColumn => lookupColumn;

    private RowExpression? Lookup => lookup;

    private sealed class VirtualCursor(VirtualScanNode node, Frame frame) : Cursor
    {
        private IEnumerator<SqlValue[]>? _rows;

        public override async ValueTask<bool> NextAsync()
        {
            if (_rows is null && !await StartAsync()) return false;
            if (!_rows!.MoveNext()) return false;
            _rows.Current.CopyTo(frame.Registers, node.First);
            return true;
        }

        public override void Reset()
        {
            _rows?.Dispose();
            _rows = null;
        }

        public override ValueTask CloseAsync()
        {
            Reset();
            return ValueTask.CompletedTask;
        }

        private async ValueTask<bool> StartAsync()
        {
            VirtualLookup? lookup = null;
            if (node.Lookup is not null)
            {
                SqlValue value = await node.Lookup.EvaluateAsync(frame);
                if (value.IsNull) return false;
                lookup = new VirtualLookup(node.LookupColumn, value);
            }

            frame.Scope.Cancellation.ThrowIfCancellationRequested();
            IEnumerable<SqlValue[]> rows = await node.Table.ReadAsync(frame.Scope, lookup);
            if (lookup is { } wanted) rows = rows.Where(row => Matches(row, wanted));
            _rows = rows.GetEnumerator();
            return true;
        }

        private bool Matches(SqlValue[] row, VirtualLookup wanted) =>
            !row[wanted.Column].IsNull
            && Rows.ValueOrder.Compare(row[wanted.Column], wanted.Value, node.Table.Columns[wanted.Column].Type) == 0;
    }
}

/// <summary>Rows of a set-returning function, or the one row of another expression.</summary>
public sealed class FunctionScanNode(
    ResolvedFunction? set, BoundExpression[] arguments, string alias, int first, int width, int ordinality) : PlanNode
{
    private readonly RowExpression[] _arguments = Array.ConvertAll(arguments, a => new RowExpression(a));

    /// <inheritdoc/>
    public override string Title => $"Function Scan on {alias}";

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions => arguments;

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < width; i++) registers.Add(first + i);
        if (ordinality >= 0) registers.Add(ordinality);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new FunctionCursor(this, frame);

    private ResolvedFunction? Set => set;

    private RowExpression[] Arguments => _arguments;

    private int First => first;

    private int Width => width;

    private int Ordinality => ordinality;

    private sealed class FunctionCursor(FunctionScanNode node, Frame frame) : Cursor
    {
        private IEnumerator<SqlValue>? _rows;
        private long _number;

        public override async ValueTask<bool> NextAsync()
        {
            _rows ??= await StartAsync();
            if (!_rows.MoveNext()) return false;
            SqlValue row = _rows.Current;
            if (node.Set is { Columns.IsEmpty: false })
            {
                if (row.IsNull) frame.Registers.AsSpan(node.First, node.Width).Clear();
                else row.AsRecord().Fields.CopyTo(frame.Registers, node.First);
            }
            else
            {
                frame.Registers[node.First] = row;
            }

            if (node.Ordinality >= 0) frame.Registers[node.Ordinality] = SqlValue.Of(++_number);
            return true;
        }

        public override void Reset()
        {
            _rows?.Dispose();
            _rows = null;
            _number = 0;
        }

        public override ValueTask CloseAsync()
        {
            Reset();
            return ValueTask.CompletedTask;
        }

        private async ValueTask<IEnumerator<SqlValue>> StartAsync()
        {
            var values = new SqlValue[node.Arguments.Length];
            for (int i = 0; i < values.Length; i++) values[i] = await node.Arguments[i].EvaluateAsync(frame);
            if (node.Set is not { } set) return new List<SqlValue> { values[0] }.GetEnumerator();
            if (set.IsStrict && values.Any(v => v.IsNull)) return Enumerable.Empty<SqlValue>().GetEnumerator();
            return set.Rows!(values, frame.Scope.Evaluation).GetEnumerator();
        }
    }
}

/// <summary>
/// Set-returning functions in a select list: for each input row the functions' rows side by side, as many as the longest
/// has; a shorter one gives nulls.
/// </summary>
public sealed class ProjectSetNode(PlanNode input, (ResolvedFunction Function, RowExpression[] Arguments, int Register)[] calls)
    : PlanNode
{
    /// <inheritdoc/>
    public override System.Collections.Immutable.ImmutableArray<PlanNode> Inputs => [input];

    /// <inheritdoc/>
    public override string Title => "ProjectSet";

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        base.AddRegisters(registers);
        foreach ((_, _, int register) in calls) registers.Add(register);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new SetCursor(input.Start(frame), calls, frame);

    private sealed class SetCursor(
        Cursor input, (ResolvedFunction Function, RowExpression[] Arguments, int Register)[] calls, Frame frame) : Cursor
    {
        private IEnumerator<SqlValue>?[]? _rows;

        public override async ValueTask<bool> NextAsync()
        {
            while (true)
            {
                if (_rows is null)
                {
                    if (!await input.NextAsync()) return false;
                    _rows = await StartAsync();
                }

                bool any = false;
                for (int i = 0; i < calls.Length; i++)
                {
                    bool has = _rows[i] is { } rows && rows.MoveNext();
                    frame.Registers[calls[i].Register] = has ? _rows[i]!.Current : SqlValue.Null;
                    any |= has;
                }

                if (any) return true;
                Forget();
            }
        }

        public override void Reset()
        {
            Forget();
            input.Reset();
        }

        public override ValueTask CloseAsync()
        {
            Forget();
            return input.CloseAsync();
        }

        private void Forget()
        {
            foreach (IEnumerator<SqlValue>? rows in _rows ?? []) rows?.Dispose();
            _rows = null;
        }

        private async ValueTask<IEnumerator<SqlValue>?[]> StartAsync()
        {
            var started = new IEnumerator<SqlValue>?[calls.Length];
            for (int i = 0; i < calls.Length; i++)
            {
                var values = new SqlValue[calls[i].Arguments.Length];
                for (int a = 0; a < values.Length; a++) values[a] = await calls[i].Arguments[a].EvaluateAsync(frame);
                if (calls[i].Function.IsStrict && values.Any(v => v.IsNull)) continue;
                started[i] = calls[i].Function.Rows!(values, frame.Scope.Evaluation).GetEnumerator();
            }

            return started;
        }
    }
}
