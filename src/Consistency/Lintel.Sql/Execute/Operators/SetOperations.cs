using System.Collections.Immutable;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>All rows of one input after the other, each brought into the same registers. UNION ALL.</summary>
public sealed class AppendNode(ImmutableArray<PlanNode> inputs, ImmutableArray<int[]> sources, int first) : PlanNode
{
    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => inputs;

    /// <inheritdoc/>
    public override string Title => "Append";

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < sources[0].Length; i++) registers.Add(first + i);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) =>
        new AppendCursor([.. inputs.Select(i => i.Start(frame))], sources, first, frame);

    private sealed class AppendCursor(Cursor[] inputs, ImmutableArray<int[]> sources, int first, Frame frame) : Cursor
    {
        private int _current;

        public override async ValueTask<bool> NextAsync()
        {
            for (; _current < inputs.Length; _current++)
            {
                if (!await inputs[_current].NextAsync()) continue;
                int[] source = sources[_current];
                for (int i = 0; i < source.Length; i++) frame.Registers[first + i] = frame.Registers[source[i]];
                return true;
            }

            return false;
        }

        public override void Reset()
        {
            _current = 0;
            foreach (Cursor input in inputs) input.Reset();
        }

        public override async ValueTask CloseAsync()
        {
            foreach (Cursor input in inputs) await input.CloseAsync();
        }
    }
}

/// <summary>INTERSECT and EXCEPT, with or without ALL: counts the rows of the right side, then runs over the left.</summary>
public sealed class HashSetOperationNode(
    PlanNode left, PlanNode right, int[] leftSource, int[] rightSource, int first, SqlType[] types,
    bool isExcept, bool isAll) : PlanNode
{
    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [left, right];

    /// <inheritdoc/>
    public override string Title => $"HashSetOp {(isExcept ? "Except" : "Intersect")}{(isAll ? " All" : "")}";

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        for (int i = 0; i < types.Length; i++) registers.Add(first + i);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new SetCursor(this, left.Start(frame), right.Start(frame), frame);

    private sealed class SetCursor(HashSetOperationNode node, Cursor left, Cursor right, Frame frame) : Cursor
    {
        private readonly Dictionary<SqlValue[], long> _right = new(new RowEquality(node.Types));
        private readonly HashSet<SqlValue[]> _given = new(new RowEquality(node.Types));
        private bool _isFilled;
        private long _bytes;

        public override async ValueTask<bool> NextAsync()
        {
            if (!_isFilled) await FillAsync();
            while (await left.NextAsync())
            {
                SqlValue[] row = Row(node.LeftSource);
                bool isThere = _right.TryGetValue(row, out long count) && count > 0;
                if (isThere && node.IsAll) _right[row] = count - 1;
                if (isThere == node.IsExcept) continue;
                if (!node.IsAll && !_given.Add(row)) continue;
                if (!node.IsAll) _bytes += frame.Scope.Memory.TakeRow(row);
                row.CopyTo(frame.Registers, node.First);
                return true;
            }

            return false;
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

        private async ValueTask FillAsync()
        {
            _isFilled = true;
            while (await right.NextAsync())
            {
                SqlValue[] row = Row(node.RightSource);
                if (_right.TryGetValue(row, out long count))
                {
                    _right[row] = count + 1;
                    continue;
                }

                _bytes += frame.Scope.Memory.TakeRow(row);
                _right.Add(row, 1);
            }
        }

        private SqlValue[] Row(int[] source)
        {
            var row = new SqlValue[source.Length];
            for (int i = 0; i < row.Length; i++) row[i] = frame.Registers[source[i]];
            return row;
        }

        private void Forget()
        {
            frame.Scope.Memory.Release(_bytes);
            _bytes = 0;
            _isFilled = false;
            _right.Clear();
            _given.Clear();
        }
    }

    private SqlType[] Types => types;

    private int[] LeftSource => leftSource;

    private int[] RightSource => rightSource;

    private int First => first;

    private bool IsExcept => isExcept;

    private bool IsAll => isAll;
}
