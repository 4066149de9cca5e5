using System.Collections.Immutable;
using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>
/// A join with a table by its whole primary key: left rows are taken in batches, and the keys of a batch are read
/// together. Gives what a nested loop over points gives, in the same order, for one round trip per batch.
/// </summary>
public sealed class LookupJoinNode : PlanNode
{
    private const int BatchRowsMax = 100;
    private readonly PlanNode _left;
    private readonly TableScanNode _right;
    private readonly JoinMode _mode;
    private readonly RowExpression? _condition;
    private readonly SavedRegisters _leftRegisters;
    private readonly SavedRegisters _rightRegisters;

    /// <summary>A join with the points of <paramref name="right"/>; inner or left.</summary>
    public LookupJoinNode(
        PlanNode left, TableScanNode right, JoinMode mode, BoundExpression? condition, RegisterTable registers)
    {
        (_left, _right, _mode) = (left, right, mode);
        _condition = condition is null ? null : new RowExpression(condition);
        _leftRegisters = new SavedRegisters(registers, left);
        _rightRegisters = new SavedRegisters(registers, right);
    }

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [_left, _right];

    /// <inheritdoc/>
    public override string Title => "Lookup" + (_mode == JoinMode.Inner ? " Join" : HashJoinNode.Suffix(_mode));

    /// <inheritdoc/>
    public override IEnumerable<string> Properties => _condition is null ? [] : [$"Join Filter: {_condition.Root}"];

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions => _condition is null ? [] : [_condition.Root];

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new LookupCursor(this, frame);

    private sealed class LookupCursor(LookupJoinNode node, Frame frame) : Cursor
    {
        private readonly Cursor _left = node._left.Start(frame);
        private readonly OrderedKeyWriter _writer = new();
        private readonly List<SqlValueRow> _batch = [];
        private readonly List<int> _found = [];
        private readonly List<Key> _keys = [];
        private IReadOnlyList<ReadOnlyMemory<byte>?> _rows = [];
        private int _next;
        private int _size = 1;

        public override async ValueTask<bool> NextAsync()
        {
            while (true)
            {
                if (_next >= _batch.Count && !await FillAsync()) return false;
                int at = _next++;
                node._leftRegisters.Restore(frame, _batch[at].Values);
                frame.Scope.Memory.Release(_batch[at].Bytes);
                if (_found[at] >= 0 && _rows[_found[at]] is { } row)
                {
                    node._right.Decode(row, frame);
                    if ((node._right.Filter is null || await node._right.Filter.HoldsAsync(frame))
                        && (node._condition is null || await node._condition.HoldsAsync(frame)))
                    {
                        return true;
                    }
                }

                if (node._mode != JoinMode.Left) continue;
                node._rightRegisters.Clear(frame);
                return true;
            }
        }

        public override void Reset()
        {
            Forget();
            _size = 1;
            _left.Reset();
        }

        public override ValueTask CloseAsync()
        {
            Forget();
            return _left.CloseAsync();
        }

        // Batches grow: who wants one row does not wait for a hundred.
        private async ValueTask<bool> FillAsync()
        {
            _batch.Clear();
            _found.Clear();
            _keys.Clear();
            _next = 0;
            while (_batch.Count < _size && await _left.NextAsync())
            {
                _batch.Add(node._leftRegisters.Save(frame));
                _found.Add(await KeyAsync());
            }

            _size = Math.Min(BatchRowsMax, _size * 4);
            if (_batch.Count == 0) return false;
            _rows = _keys.Count == 0
                ? [] : await frame.Scope.Reader.GetManyAsync(_keys, node._right.Strength, frame.Scope.Cancellation);
            return true;
        }

        // Where in the keys of the batch the row's key stands; -1 when a part of it is null.
        private async ValueTask<int> KeyAsync()
        {
            _writer.Clear();
            _writer.Raw(node._right.Index.Prefix.Span);
            ImmutableArray<RowExpression> equal = node._right.Bounds.Equal;
            for (int i = 0; i < equal.Length; i++)
            {
                SqlValue value = await equal[i].EvaluateAsync(frame);
                if (value.IsNull) return -1;
                node._right.Index.WriteColumn(_writer, i, value);
            }

            _keys.Add(_writer.ToKey());
            return _keys.Count - 1;
        }

        private void Forget()
        {
            for (int i = _next; i < _batch.Count; i++) frame.Scope.Memory.Release(_batch[i].Bytes);
            _batch.Clear();
            _found.Clear();
            _next = 0;
        }
    }
}
