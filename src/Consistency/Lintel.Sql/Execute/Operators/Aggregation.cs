using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>A group key: the register that holds it, below and above the aggregation.</summary>
public readonly record struct GroupColumn(int Register, SqlType Type, string Text);

/// <summary>ORDER BY inside an aggregate call.</summary>
public sealed record AggregateOrder(RowExpression Value, bool IsDescending, bool NullsFirst);

/// <summary>One aggregate and the register of its value.</summary>
public sealed record AggregateColumn(
    ResolvedAggregate Function, ImmutableArray<RowExpression> Arguments, bool IsDistinct, RowExpression? Filter,
    ImmutableArray<AggregateOrder> OrderBy, int Register, string Text);

/// <summary>
/// Groups its input by the key registers and computes aggregates. Input that comes sorted by the keys is grouped as it
/// passes; other input by a hash table. Without keys there is exactly one group, even of no rows.
/// </summary>
public sealed class AggregateNode : PlanNode
{
    private readonly PlanNode _input;
    private readonly ImmutableArray<GroupColumn> _keys;
    private readonly ImmutableArray<AggregateColumn> _calls;
    private readonly bool _isSorted;
    private readonly SqlType[] _types;
    private readonly SavedRegisters _saved;

    /// <summary>An aggregation of <paramref name="input"/>.</summary>
    public AggregateNode(
        PlanNode input, ImmutableArray<GroupColumn> keys, ImmutableArray<AggregateColumn> calls, bool isSorted,
        RegisterTable registers)
    {
        (_input, _keys, _calls, _isSorted) = (input, keys, calls, isSorted);
        _types = [.. keys.Select(k => k.Type)];
        _saved = new SavedRegisters(registers, input);
        foreach (GroupColumn key in keys) registers.Use(key.Register);
    }

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [_input];

    /// <inheritdoc/>
    public override string Title => _keys.IsEmpty ? "Aggregate" : _isSorted ? "GroupAggregate" : "HashAggregate";

    /// <inheritdoc/>
    public override IEnumerable<string> Properties =>
        _keys.IsEmpty ? [] : ["Group Key: " + string.Join(", ", _keys.Select(k => k.Text))];

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions =>
        _calls.SelectMany(c => c.Arguments.Select(a => a.Root).Concat(c.Filter is null ? [] : [c.Filter.Root]));

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        foreach (GroupColumn key in _keys) registers.Add(key.Register);
        foreach (AggregateColumn call in _calls) registers.Add(call.Register);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) =>
        _isSorted ? new SortedCursor(this, frame) : new HashCursor(this, frame);

    private GroupState NewGroup(Frame frame) => new(_calls, frame);

    private SqlValue[] Key(Frame frame)
    {
        var key = new SqlValue[_keys.Length];
        for (int i = 0; i < key.Length; i++) key[i] = frame.Registers[_keys[i].Register];
        return key;
    }

    private void Give(Frame frame, SqlValue[] key, GroupState group)
    {
        for (int i = 0; i < key.Length; i++) frame.Registers[_keys[i].Register] = key[i];
        group.Give(frame);
    }

    private sealed class HashCursor(AggregateNode node, Frame frame) : Cursor
    {
        private readonly Cursor _input = node._input.Start(frame);
        private readonly Dictionary<SqlValue[], GroupState> _groups = new(new RowEquality(node._types));
        private List<KeyValuePair<SqlValue[], GroupState>>? _result;
        private long _bytes;
        private int _next;

        public override async ValueTask<bool> NextAsync()
        {
            if (_result is null) await FillAsync();
            if (_next >= _result!.Count) return false;
            (SqlValue[] key, GroupState group) = _result[_next++];
            node.Give(frame, key, group);
            return true;
        }

        public override void Reset()
        {
            Forget();
            _input.Reset();
        }

        public override ValueTask CloseAsync()
        {
            Forget();
            return _input.CloseAsync();
        }

        private async ValueTask FillAsync()
        {
            // In the order in which groups were met: the same input gives the same output.
            var order = new List<KeyValuePair<SqlValue[], GroupState>>();
            GroupState? only = null;
            if (node._keys.IsEmpty)
            {
                only = node.NewGroup(frame);
                order.Add(new([], only));
            }

            while (await _input.NextAsync())
            {
                GroupState? group = only;
                if (group is null)
                {
                    SqlValue[] key = node.Key(frame);
                    if (!_groups.TryGetValue(key, out group))
                    {
                        _bytes += frame.Scope.Memory.TakeRow(key);
                        _groups.Add(key, group = node.NewGroup(frame));
                        order.Add(new(key, group));
                    }
                }

                if (group.TryAdd(frame)) continue;
                await group.AddAsync(frame);
            }

            _result = order;
            _next = 0;
        }

        private void Forget()
        {
            if (_result is not null)
            {
                foreach ((_, GroupState group) in _result) group.Release(frame);
            }

            frame.Scope.Memory.Release(_bytes);
            _bytes = 0;
            _groups.Clear();
            _result = null;
        }
    }

    private sealed class SortedCursor(AggregateNode node, Frame frame) : Cursor
    {
        private readonly Cursor _input = node._input.Start(frame);
        private readonly RowEquality _equality = new(node._types);
        private SqlValueRow? _ahead;
        private bool _isAtEnd;

        public override async ValueTask<bool> NextAsync()
        {
            if (_isAtEnd) return false;
            if (_ahead is { } row)
            {
                node._saved.Restore(frame, row.Values);
                frame.Scope.Memory.Release(row.Bytes);
                _ahead = null;
            }
            else if (!await _input.NextAsync())
            {
                _isAtEnd = true;
                return false;
            }

            SqlValue[] key = node.Key(frame);
            GroupState group = node.NewGroup(frame);
            while (true)
            {
                if (!group.TryAdd(frame)) await group.AddAsync(frame);
                if (!await _input.NextAsync())
                {
                    _isAtEnd = true;
                    break;
                }

                if (_equality.Equals(key, node.Key(frame))) continue;
                _ahead = node._saved.Save(frame);
                break;
            }

            node.Give(frame, key, group);
            group.Release(frame);
            return true;
        }

        public override void Reset()
        {
            if (_ahead is { } row) frame.Scope.Memory.Release(row.Bytes);
            _ahead = null;
            _isAtEnd = false;
            _input.Reset();
        }

        public override ValueTask CloseAsync()
        {
            if (_ahead is { } row) frame.Scope.Memory.Release(row.Bytes);
            _ahead = null;
            return _input.CloseAsync();
        }
    }
}
