using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>One row of nothing: what a SELECT without FROM starts from. Or no row at all.</summary>
public sealed class ResultNode(int rows) : PlanNode
{
    /// <inheritdoc/>
    public override string Title => "Result";

    /// <inheritdoc/>
    public override IEnumerable<string> Properties => rows == 0 ? ["One-Time Filter: false"] : [];

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new ResultCursor(rows);

    private sealed class ResultCursor(int rows) : Cursor
    {
        private int _given;

        public override ValueTask<bool> NextAsync() => ValueTask.FromResult(_given++ < rows);

        public override void Reset() => _given = 0;
    }
}

/// <summary>Passes on the rows for which a condition is true.</summary>
public sealed class FilterNode(PlanNode input, BoundExpression condition) : PlanNode
{
    private readonly RowExpression _condition = new(condition);

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [input];

    /// <inheritdoc/>
    public override string Title => "Filter";

    /// <inheritdoc/>
    public override IEnumerable<string> Properties => [$"Filter: {condition}"];

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions => [condition];

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new FilterCursor(input.Start(frame), _condition, frame);

    private sealed class FilterCursor(Cursor input, RowExpression condition, Frame frame) : Cursor
    {
        public override async ValueTask<bool> NextAsync()
        {
            while (await input.NextAsync())
            {
                if (await condition.HoldsAsync(frame)) return true;
            }

            return false;
        }

        public override void Reset() => input.Reset();

        public override ValueTask CloseAsync() => input.CloseAsync();
    }
}

/// <summary>A register and what it is computed from.</summary>
public readonly record struct Assigned(int Register, RowExpression Value);

/// <summary>Computes further registers of each row: select lists, sort keys, join keys.</summary>
public sealed class ComputeNode(PlanNode input, ImmutableArray<Assigned> assignments) : PlanNode
{
    private readonly bool _isDeferred = assignments.Any(a => a.Value.IsDeferred);

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [input];

    /// <inheritdoc/>
    public override string Title => input is ResultNode ? "Result" : "Project";

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions => assignments.Select(a => a.Value.Root);

    /// <inheritdoc/>
    public override PlanNode WithRowLimit(BoundExpression limit, BoundExpression? offset) =>
        new ComputeNode(input.WithRowLimit(limit, offset), assignments);

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        base.AddRegisters(registers);
        foreach (Assigned assigned in assignments) registers.Add(assigned.Register);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new ComputeCursor(input.Start(frame), assignments, _isDeferred, frame);

    private sealed class ComputeCursor(
        Cursor input, ImmutableArray<Assigned> assignments, bool isDeferred, Frame frame) : Cursor
    {
        public override ValueTask<bool> NextAsync()
        {
            ValueTask<bool> next = input.NextAsync();
            if (isDeferred || !next.IsCompletedSuccessfully) return WaitAsync(next);
            bool found = next.Result;
            if (found) Compute();
            return ValueTask.FromResult(found);
        }

        public override void Reset() => input.Reset();

        public override ValueTask CloseAsync() => input.CloseAsync();

        private async ValueTask<bool> WaitAsync(ValueTask<bool> next)
        {
            if (!await next) return false;
            if (isDeferred)
            {
                foreach (Assigned assigned in assignments)
                    frame.Registers[assigned.Register] = await assigned.Value.EvaluateAsync(frame);
            }
            else
            {
                Compute();
            }

            return true;
        }

        private void Compute()
        {
            foreach (Assigned assigned in assignments)
                frame.Registers[assigned.Register] = assigned.Value.Root.Evaluate(frame);
        }
    }
}

/// <summary>Skips OFFSET rows and passes on LIMIT rows.</summary>
public sealed class LimitNode(PlanNode input, BoundExpression? limit, BoundExpression? offset) : PlanNode
{
    private readonly RowExpression? _limit = limit is null ? null : new RowExpression(limit);
    private readonly RowExpression? _offset = offset is null ? null : new RowExpression(offset);

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [input];

    /// <inheritdoc/>
    public override string Title => "Limit";

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions
    {
        get
        {
            if (limit is not null) yield return limit;
            if (offset is not null) yield return offset;
        }
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new LimitCursor(input.Start(frame), _limit, _offset, frame);

    private sealed class LimitCursor(Cursor input, RowExpression? limit, RowExpression? offset, Frame frame) : Cursor
    {
        private bool _isStarted;
        private long _left;

        public override async ValueTask<bool> NextAsync()
        {
            if (!_isStarted)
            {
                _isStarted = true;
                _left = await CountAsync(limit, long.MaxValue, SqlStates.InvalidRowCountInLimit, "LIMIT");
                long skip = await CountAsync(offset, 0, SqlStates.InvalidRowCountInOffset, "OFFSET");
                if (_left == 0) return false;
                while (skip-- > 0)
                {
                    if (await input.NextAsync()) continue;
                    _left = 0;
                    return false;
                }
            }

            if (_left <= 0) return false;
            _left--;
            return await input.NextAsync();
        }

        public override void Reset()
        {
            _isStarted = false;
            input.Reset();
        }

        public override ValueTask CloseAsync() => input.CloseAsync();

        private async ValueTask<long> CountAsync(RowExpression? count, long absent, string state, string clause)
        {
            if (count is null) return absent;
            SqlValue value = await count.EvaluateAsync(frame);
            if (value.IsNull) return absent;
            long rows = value.AsInt64();
            return rows >= 0 ? rows : throw new SqlException(state, $"{clause} must not be negative");
        }
    }
}

/// <summary>VALUES: rows of expressions, written to the same registers one after the other.</summary>
public sealed class ValuesNode(int first, ImmutableArray<ImmutableArray<RowExpression>> rows) : PlanNode
{
    /// <summary>How many rows there are.</summary>
    public int RowCount => rows.Length;

    /// <inheritdoc/>
    public override string Title => "Values Scan";

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions => rows.SelectMany(r => r).Select(v => v.Root);

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < (rows.IsEmpty ? 0 : rows[0].Length); i++) registers.Add(first + i);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new ValuesCursor(first, rows, frame);

    private sealed class ValuesCursor(int first, ImmutableArray<ImmutableArray<RowExpression>> rows, Frame frame) : Cursor
    {
        private int _next;

        public override async ValueTask<bool> NextAsync()
        {
            if (_next >= rows.Length) return false;
            ImmutableArray<RowExpression> row = rows[_next++];
            for (int i = 0; i < row.Length; i++) frame.Registers[first + i] = await row[i].EvaluateAsync(frame);
            return true;
        }

        public override void Reset() => _next = 0;
    }
}
