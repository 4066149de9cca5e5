using System.Collections.Immutable;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>One key to sort by: a register that holds it.</summary>
public readonly record struct SortKey(int Register, SqlType Type, bool IsDescending, bool NullsFirst, string Text);

/// <summary>Sorts all its input in memory; equal rows keep their order. With a bound it keeps the first rows only.</summary>
public sealed class SortNode : PlanNode
{
    private readonly PlanNode _input;
    private readonly ImmutableArray<SortKey> _keys;
    private readonly SavedRegisters _saved;

    /// <summary>A sort of <paramref name="input"/>.</summary>
    public SortNode(PlanNode input, ImmutableArray<SortKey> keys, RegisterTable registers)
    {
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
    protected override Cursor Open(Frame frame) => new SortCursor(_input.Start(frame), _keys, _saved, frame);

    private static string Describe(SortKey key)
    {
        string text = key.Text + (key.IsDescending ? " DESC" : "");
        return key.NullsFirst == key.IsDescending ? text : text + (key.NullsFirst ? " NULLS FIRST" : " NULLS LAST");
    }

    private sealed class SortCursor(Cursor input, ImmutableArray<SortKey> keys, SavedRegisters saved, Frame frame) : Cursor
    {
        private readonly List<(SqlValue[] Row, int Arrival)> _rows = [];
        private long _bytes;
        private int _next = -1;

        public override async ValueTask<bool> NextAsync()
        {
            if (_next < 0) await FillAsync();
            if (_next >= _rows.Count) return false;
            saved.Restore(frame, _rows[_next++].Row);
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
            while (await input.NextAsync())
            {
                SqlValueRow row = saved.Save(frame);
                _bytes += row.Bytes;
                _rows.Add((row.Values, _rows.Count));
            }

            int[] places = [.. keys.Select(k => Array.IndexOf(saved.Registers, k.Register))];
            _rows.Sort((a, b) =>
            {
                int order = Compare(keys.AsSpan(), a.Row, b.Row, places);
                return order != 0 ? order : a.Arrival.CompareTo(b.Arrival);
            });
            _next = 0;
        }

        private void Forget()
        {
            frame.Scope.Memory.Release(_bytes);
            _bytes = 0;
            _rows.Clear();
            _next = -1;
        }
    }
}
