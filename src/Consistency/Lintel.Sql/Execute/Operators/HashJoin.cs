using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>One equality of a hash join: the same type on both sides.</summary>
public readonly record struct JoinKey(RowExpression Left, RowExpression Right, SqlType Type);

/// <summary>
/// Puts the right rows into a hash table by the join keys and runs the left rows past it. Null keys match nothing. A
/// further condition is checked on each pair.
/// </summary>
public sealed class HashJoinNode : PlanNode
{
    private readonly PlanNode _left;
    private readonly PlanNode _right;
    private readonly JoinMode _mode;
    private readonly ImmutableArray<JoinKey> _keys;
    private readonly RowExpression? _condition;
    private readonly SavedRegisters _leftRegisters;
    private readonly SavedRegisters _rightRegisters;
    private readonly SqlType[] _types;

    /// <summary>A join of two inputs that do not depend on each other.</summary>
    public HashJoinNode(
        PlanNode left, PlanNode right, JoinMode mode, ImmutableArray<JoinKey> keys, BoundExpression? condition,
        RegisterTable registers)
    {
        (_left, _right, _mode, _keys) = (left, right, mode, keys);
        _condition = condition is null ? null : new RowExpression(condition);
        _leftRegisters = new SavedRegisters(registers, left);
        _rightRegisters = new SavedRegisters(registers, right);
        _types = [.. keys.Select(k => k.Type)];
    }

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [_left, _right];

    /// <inheritdoc/>
    public override string Title => "Hash" + (_mode == JoinMode.Inner ? " Join" : Suffix(_mode));

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions =>
        [.. _keys.Select(k => k.Left.Root), .. _keys.Select(k => k.Right.Root), .. _condition is null ? (BoundExpression[])[] : [_condition.Root]];

    /// <inheritdoc/>
    public override IEnumerable<string> Properties
    {
        get
        {
            yield return "Hash Cond: (" + string.Join(" AND ", _keys.Select(k => $"({k.Left.Root} = {k.Right.Root})")) + ")";
            if (_condition is not null) yield return $"Join Filter: {_condition.Root}";
        }
    }

    /// <summary>How EXPLAIN names the kinds of join.</summary>
    internal static string Suffix(JoinMode mode) => mode == JoinMode.Inner ? "" : $" {mode} Join";

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new HashCursor(this, frame);

    private sealed class Bucket
    {
        public List<Entry> Entries { get; } = [];
    }

    private sealed class Entry(SqlValue[] row)
    {
        public SqlValue[] Row { get; } = row;

        public bool IsMatched { get; set; }
    }

    private sealed class HashCursor(HashJoinNode node, Frame frame) : Cursor
    {
        private readonly Cursor _left = node._left.Start(frame);
        private readonly Cursor _right = node._right.Start(frame);
        private readonly Dictionary<SqlValue[], Bucket> _table = new(new RowEquality(node._types));
        private readonly List<Entry> _all = [];
        private readonly SqlValue[] _probe = new SqlValue[node._keys.Length];
        private bool _isBuilt;
        private bool _hasLeft;
        private bool _isMatched;
        private Bucket? _bucket;
        private int _next;
        private int _unmatched = -1;
        private long _bytes;

        public override async ValueTask<bool> NextAsync()
        {
            if (!_isBuilt) await BuildAsync();
            while (_unmatched < 0)
            {
                if (!_hasLeft)
                {
                    if (!await _left.NextAsync())
                    {
                        _unmatched = 0;
                        break;
                    }

                    _hasLeft = true;
                    _isMatched = false;
                    _next = 0;
                    _bucket = await KeyAsync(isLeft: true, _probe) ? _table.GetValueOrDefault(_probe) : null;
                }

                while (_bucket is not null && _next < _bucket.Entries.Count)
                {
                    Entry entry = _bucket.Entries[_next++];
                    node._rightRegisters.Restore(frame, entry.Row);
                    if (node._condition is not null && !await node._condition.HoldsAsync(frame)) continue;
                    _isMatched = true;
                    entry.IsMatched = true;
                    if (node._mode == JoinMode.Anti) break;
                    if (node._mode == JoinMode.Semi) _hasLeft = false;
                    return true;
                }

                _hasLeft = false;
                if (_isMatched || node._mode is not (JoinMode.Left or JoinMode.Full or JoinMode.Anti)) continue;
                node._rightRegisters.Clear(frame);
                return true;
            }

            return NextUnmatched();
        }

        public override void Reset()
        {
            Forget();
            _left.Reset();
            _right.Reset();
        }

        public override async ValueTask CloseAsync()
        {
            Forget();
            await _left.CloseAsync();
            await _right.CloseAsync();
        }

        private bool NextUnmatched()
        {
            if (node._mode is not (JoinMode.Right or JoinMode.Full)) return false;
            while (_unmatched < _all.Count)
            {
                Entry entry = _all[_unmatched++];
                if (entry.IsMatched) continue;
                node._leftRegisters.Clear(frame);
                node._rightRegisters.Restore(frame, entry.Row);
                return true;
            }

            return false;
        }

        private async ValueTask BuildAsync()
        {
            _isBuilt = true;
            bool keepsAll = node._mode is JoinMode.Right or JoinMode.Full;
            while (await _right.NextAsync())
            {
                var key = new SqlValue[node._keys.Length];
                bool hasKey = await KeyAsync(isLeft: false, key);
                if (!hasKey && !keepsAll) continue;
                SqlValueRow row = node._rightRegisters.Save(frame);
                _bytes += row.Bytes;
                var entry = new Entry(row.Values);
                if (keepsAll) _all.Add(entry);
                if (!hasKey) continue;
                if (!_table.TryGetValue(key, out Bucket? bucket))
                {
                    _bytes += frame.Scope.Memory.TakeRow(key);
                    _table.Add(key, bucket = new Bucket());
                }

                bucket.Entries.Add(entry);
            }
        }

        private async ValueTask<bool> KeyAsync(bool isLeft, SqlValue[] key)
        {
            for (int i = 0; i < key.Length; i++)
            {
                JoinKey join = node._keys[i];
                key[i] = await (isLeft ? join.Left : join.Right).EvaluateAsync(frame);
                if (key[i].IsNull) return false;
            }

            return true;
        }

        private void Forget()
        {
            frame.Scope.Memory.Release(_bytes);
            _bytes = 0;
            _isBuilt = _hasLeft = false;
            _unmatched = -1;
            _table.Clear();
            _all.Clear();
        }
    }
}
