using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>One key to sort by: a register that holds it.</summary>
public readonly record struct SortKey(int Register, SqlType Type, bool IsDescending, bool NullsFirst, string Text);

/// <summary>Sorts all its input in memory; equal rows keep their order. With a limit it keeps only the rows that can still be among the first.</summary>
public sealed class SortNode : PlanNode
{
    private readonly PlanNode _input;
    private readonly ImmutableArray<SortKey> _keys;
    private readonly SavedRegisters _saved;
    private readonly RowExpression? _limit;
    private readonly RowExpression? _offset;

    /// <summary>A sort of <paramref name="input"/>.</summary>
    public SortNode(PlanNode input, ImmutableArray<SortKey> keys, RegisterTable registers)
        : this(input, keys, null, null, registers)
    {
    }

    /// <summary>A sort whose first <paramref name="limit"/> rows (and those skipped before them) are wanted.</summary>
    public SortNode(
        PlanNode input, ImmutableArray<SortKey> keys, BoundExpression? limit, BoundExpression? offset, RegisterTable registers)
    {
        _limit = limit is null ? null : new RowExpression(limit);
        _offset = offset is null ? null : new RowExpression(offset);
        _input = input;
        _keys = keys;
        _saved = new SavedRegisters(registers, input);
        foreach (SortKey key in keys) registers.Use(key.Register);
    }

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [_input];

    /// <inheritdoc/>
    public override string Title => "Sort";

    /// <inheritdoc/>
    public override IEnumerable<string> Properties => ["Sort Key: " + string.Join(", ", _keys.Select(Describe))];

    /// <summary>Compares two rows by keys that stand at the given places.</summary>
    public static int Compare(ReadOnlySpan<SortKey> keys, SqlValue[] a, SqlValue[] b, int[] places)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            ref readonly SqlValue left = ref a[places[i]];
            ref readonly SqlValue right = ref b[places[i]];
            if (left.IsNull || right.IsNull)
            {
                if (left.IsNull == right.IsNull) continue;
                return left.IsNull == keys[i].NullsFirst ? -1 : 1;
            }

            int order = ValueOrder.Compare(left, right, keys[i].Type);
            if (order != 0) return keys[i].IsDescending ? -order : order;
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new SortCursor(this, _input.Start(frame), frame);

    private static string Describe(SortKey key)
    {
        string text = key.Text + (key.IsDescending ? " DESC" : "");
        return key.NullsFirst == key.IsDescending ? text : text + (key.NullsFirst ? " NULLS FIRST" : " NULLS LAST");
    }

    private sealed class SortCursor(SortNode node, Cursor input, Frame frame) : Cursor
    {
        private readonly List<Entry> _rows = [];
        private readonly int[] _places =
            [.. node._keys.Select(k => Array.IndexOf(node._saved.Registers, k.Register))];
        private long _arrivals;
        private int _next = -1;

        public override async ValueTask<bool> NextAsync()
        {
            if (_next < 0) await FillAsync();
            if (_next >= _rows.Count) return false;
            node._saved.Restore(frame, _rows[_next++].Row);
            return true;
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

        private async ValueTask FillAsync()
        {
            long wanted = await RowsWantedAsync();
            while (wanted > 0 && await input.NextAsync())
            {
                SqlValueRow row = node._saved.Save(frame);
                _rows.Add(new Entry(row.Values, row.Bytes, _arrivals++));
                // Twice what is wanted, then back to it: each row is sorted a constant number of times.
                if (wanted < int.MaxValue / 2 && _rows.Count >= Math.Max(64, 2 * wanted)) Cut((int)wanted);
            }

            _rows.Sort(Compare);
            _next = 0;
        }

        private void Cut(int wanted)
        {
            _rows.Sort(Compare);
            for (int i = wanted; i < _rows.Count; i++) frame.Scope.Memory.Release(_rows[i].Bytes);
            _rows.RemoveRange(wanted, _rows.Count - wanted);
        }

        private int Compare(Entry a, Entry b)
        {
            int order = SortNode.Compare(node._keys.AsSpan(), a.Row, b.Row, _places);
            return order != 0 ? order : a.Arrival.CompareTo(b.Arrival);
        }

        private async ValueTask<long> RowsWantedAsync()
        {
            if (node._limit is null) return long.MaxValue;
            SqlValue limit = await node._limit.EvaluateAsync(frame);
            if (limit.IsNull) return long.MaxValue;
            long skipped = 0;
            if (node._offset is not null)
            {
                SqlValue offset = await node._offset.EvaluateAsync(frame);
                if (!offset.IsNull) skipped = Math.Max(0, offset.AsInt64());
            }

            // A negative limit is refused by the node that counts.
            long rows = Math.Max(0, limit.AsInt64());
            return rows > long.MaxValue - skipped ? long.MaxValue : rows + skipped;
        }

        private void Forget()
        {
            foreach (Entry entry in _rows) frame.Scope.Memory.Release(entry.Bytes);
            _rows.Clear();
            _arrivals = 0;
            _next = -1;
        }

        private readonly record struct Entry(SqlValue[] Row, long Bytes, long Arrival);
    }
}
