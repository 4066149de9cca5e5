using System.Collections.Immutable;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>Passes on the first row of each combination of key registers: DISTINCT, DISTINCT ON and UNION.</summary>
public sealed class DistinctNode : PlanNode
{
    private readonly PlanNode _input;
    private readonly int[] _keys;
    private readonly SqlType[] _types;

    /// <summary>Distinct rows of <paramref name="input"/> by the registers <paramref name="keys"/>.</summary>
    public DistinctNode(PlanNode input, int[] keys, SqlType[] types, RegisterTable registers)
    {
        (_input, _keys, _types) = (input, keys, types);
        foreach (int key in keys) registers.Use(key);
    }

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [_input];

    /// <inheritdoc/>
    public override string Title => "HashAggregate";

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new DistinctCursor(_input.Start(frame), _keys, _types, frame);

    private sealed class DistinctCursor(Cursor input, int[] keys, SqlType[] types, Frame frame) : Cursor
    {
        private readonly HashSet<SqlValue[]> _seen = new(new RowEquality(types));
        private long _bytes;

        public override async ValueTask<bool> NextAsync()
        {
            while (await input.NextAsync())
            {
                var key = new SqlValue[keys.Length];
                for (int i = 0; i < key.Length; i++) key[i] = frame.Registers[keys[i]];
                if (!_seen.Add(key)) continue;
                _bytes += frame.Scope.Memory.TakeRow(key);
                return true;
            }

            return false;
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
            frame.Scope.Memory.Release(_bytes);
            _bytes = 0;
            _seen.Clear();
        }
    }
}
