using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>What a join does with rows that have or have not a partner.</summary>
public enum JoinMode
{
    /// <summary>Pairs only.</summary>
    Inner,

    /// <summary>Pairs, and left rows without partner.</summary>
    Left,

    /// <summary>Pairs, and right rows without partner (hash join only).</summary>
    Right,

    /// <summary>Pairs, and rows of either side without partner (hash join only).</summary>
    Full,

    /// <summary>Left rows that have a partner, once.</summary>
    Semi,

    /// <summary>Left rows that have none.</summary>
    Anti,
}

/// <summary>
/// For each left row runs the right side anew. The right side reads the left row's registers, so this is also the join
/// by index lookup and LATERAL. A right side that does not depend on the left row should be materialised.
/// </summary>
public sealed class NestedLoopJoinNode : PlanNode
{
    private readonly PlanNode _left;
    private readonly PlanNode _right;
    private readonly JoinMode _mode;
    private readonly RowExpression? _condition;
    private readonly bool _keepsRight;
    private readonly SavedRegisters _rightRegisters;

    /// <summary>A join on <paramref name="condition"/>, null for none.</summary>
    public NestedLoopJoinNode(
        PlanNode left, PlanNode right, JoinMode mode, BoundExpression? condition, RegisterTable registers)
    {
        (_left, _right, _mode) = (left, right, mode);
        _condition = condition is null ? null : new RowExpression(condition);
        _rightRegisters = new SavedRegisters(registers, right);
        _keepsRight = right is MaterializeNode;
    }

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [_left, _right];

    /// <inheritdoc/>
    public override string Title => "Nested Loop" + HashJoinNode.Suffix(_mode);

    /// <inheritdoc/>
    public override IEnumerable<string> Properties => _condition is null ? [] : [$"Join Filter: {_condition.Root}"];

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions => _condition is null ? [] : [_condition.Root];

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new LoopCursor(this, frame);

    private sealed class LoopCursor(NestedLoopJoinNode node, Frame frame) : Cursor
    {
        private readonly Cursor _left = node._left.Start(frame);
        private readonly Cursor _right = node._right.Start(frame);
        private bool _hasLeft;
        private bool _isMatched;
        private long _pairs;

        public override async ValueTask<bool> NextAsync()
        {
            while (true)
            {
                if (!_hasLeft)
                {
                    if (!await _left.NextAsync()) return false;
                    _hasLeft = true;
                    _isMatched = false;
                    if (node._keepsRight) _right.Rewind();
                    else _right.Reset();
                }

                while (await _right.NextAsync())
                {
                    // Both sides may be in memory: nothing else would notice that nobody waits any more.
                    if ((++_pairs & 1023) == 0) frame.Scope.Cancellation.ThrowIfCancellationRequested();
                    if (node._condition is not null && !await node._condition.HoldsAsync(frame)) continue;
                    _isMatched = true;
                    if (node._mode == JoinMode.Anti) break;
                    if (node._mode == JoinMode.Semi) _hasLeft = false;
                    return true;
                }

                _hasLeft = false;
                if (_isMatched || node._mode is not (JoinMode.Left or JoinMode.Anti)) continue;
                node._rightRegisters.Clear(frame);
                return true;
            }
        }

        public override void Reset()
        {
            _hasLeft = false;
            _left.Reset();
            _right.Reset();
        }

        public override async ValueTask CloseAsync()
        {
            await _left.CloseAsync();
            await _right.CloseAsync();
        }
    }
}

/// <summary>Keeps the rows of its input and gives them again at each start, for the right side of a nested loop.</summary>
public sealed class MaterializeNode(PlanNode input, RegisterTable registers) : PlanNode
{
    private readonly SavedRegisters _saved = new(registers, input);

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [input];

    /// <inheritdoc/>
    public override string Title => "Materialize";

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new MaterializeCursor(input.Start(frame), _saved, frame);

    private sealed class MaterializeCursor(Cursor input, SavedRegisters saved, Frame frame) : Cursor
    {
        private readonly List<SqlValue[]> _rows = [];
        private long _bytes;
        private int _next;
        private bool _isComplete;

        public override async ValueTask<bool> NextAsync()
        {
            if (_next < _rows.Count)
            {
                saved.Restore(frame, _rows[_next++]);
                return true;
            }

            if (_isComplete) return false;
            if (!await input.NextAsync())
            {
                _isComplete = true;
                return false;
            }

            SqlValueRow row = saved.Save(frame);
            _bytes += row.Bytes;
            _rows.Add(row.Values);
            _next++;
            return true;
        }

        // The left row of the join is nothing that the input reads: what was read stays good.
        public override void Rewind() => _next = 0;

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
            frame.Scope.Memory.Release(_bytes);
            _bytes = 0;
            _rows.Clear();
            _next = 0;
            _isComplete = false;
        }
    }
}
