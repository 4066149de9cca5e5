using System.Collections.Immutable;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>The aggregates of one group while its rows pass.</summary>
internal sealed class GroupState
{
    private const long AccumulatorBytes = 64;
    private readonly ImmutableArray<AggregateColumn> _calls;
    private readonly Accumulator[] _states;
    private readonly HashSet<SqlValue[]>?[] _distinct;
    private readonly List<(SqlValue[] Keys, SqlValue[] Arguments)>?[] _ordered;
    private readonly bool _isPlain;
    private long _bytes;

    public GroupState(ImmutableArray<AggregateColumn> calls, Frame frame)
    {
        _calls = calls;
        _states = new Accumulator[calls.Length];
        _distinct = new HashSet<SqlValue[]>?[calls.Length];
        _ordered = new List<(SqlValue[], SqlValue[])>?[calls.Length];
        _isPlain = true;
        for (int i = 0; i < calls.Length; i++)
        {
            AggregateColumn call = calls[i];
            _states[i] = call.Function.Create();
            if (call.IsDistinct)
                _distinct[i] = new HashSet<SqlValue[]>(new RowEquality([.. call.Arguments.Select(a => a.Root.Type)]));
            if (!call.OrderBy.IsEmpty) _ordered[i] = [];
            _isPlain &= call is { IsDistinct: false, OrderBy.IsEmpty: true }
                && !(call.Filter?.IsDeferred ?? false) && !call.Arguments.Any(a => a.IsDeferred);
        }

        Take(frame, AccumulatorBytes * calls.Length);
    }

    /// <summary>Takes in the current row without waiting, where no call needs more than that.</summary>
    public bool TryAdd(Frame frame)
    {
        if (!_isPlain) return false;
        SqlValue single = default;
        for (int i = 0; i < _states.Length; i++)
        {
            AggregateColumn call = _calls[i];
            if (call.Filter is not null)
            {
                SqlValue holds = call.Filter.Root.Evaluate(frame);
                if (holds.IsNull || !holds.AsBool()) continue;
            }

            if (call.Arguments.Length <= 1)
            {
                if (call.Arguments.Length == 1) single = call.Arguments[0].Root.Evaluate(frame);
                Feed(frame, i, System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref single, call.Arguments.Length));
            }
            else
            {
                Feed(frame, i, Array.ConvertAll([.. call.Arguments], a => a.Root.Evaluate(frame)));
            }
        }

        return true;
    }

    /// <summary>Takes in the current row.</summary>
    public async ValueTask AddAsync(Frame frame)
    {
        for (int i = 0; i < _states.Length; i++)
        {
            AggregateColumn call = _calls[i];
            if (call.Filter is not null && !await call.Filter.HoldsAsync(frame)) continue;
            var arguments = new SqlValue[call.Arguments.Length];
            for (int a = 0; a < arguments.Length; a++) arguments[a] = await call.Arguments[a].EvaluateAsync(frame);
            if (_distinct[i] is { } seen)
            {
                if (!seen.Add(arguments)) continue;
                _bytes += frame.Scope.Memory.TakeRow(arguments);
            }

            if (_ordered[i] is { } rows)
            {
                var keys = new SqlValue[call.OrderBy.Length];
                for (int k = 0; k < keys.Length; k++) keys[k] = await call.OrderBy[k].Value.EvaluateAsync(frame);
                _bytes += frame.Scope.Memory.TakeRow(arguments) + frame.Scope.Memory.TakeRow(keys);
                rows.Add((keys, arguments));
                continue;
            }

            Feed(frame, i, arguments);
        }
    }

    /// <summary>Puts the values into their registers.</summary>
    public void Give(Frame frame)
    {
        for (int i = 0; i < _states.Length; i++)
        {
            if (_ordered[i] is { } rows)
            {
                ImmutableArray<AggregateOrder> order = _calls[i].OrderBy;
                foreach ((_, SqlValue[] arguments) in rows.Order(Comparer<(SqlValue[] Keys, SqlValue[])>.Create((a, b) => Compare(order, a.Keys, b.Keys))))
                    Feed(frame, i, arguments);
                rows.Clear();
            }

            frame.Registers[_calls[i].Register] = _states[i].Result(frame.Scope.Evaluation);
        }
    }

    /// <summary>Gives back the memory that was counted.</summary>
    public void Release(Frame frame)
    {
        frame.Scope.Memory.Release(_bytes);
        _bytes = 0;
    }

    private static int Compare(ImmutableArray<AggregateOrder> order, SqlValue[] a, SqlValue[] b)
    {
        for (int i = 0; i < order.Length; i++)
        {
            if (a[i].IsNull || b[i].IsNull)
            {
                if (a[i].IsNull == b[i].IsNull) continue;
                return a[i].IsNull == order[i].NullsFirst ? -1 : 1;
            }

            int compared = ValueOrder.Compare(a[i], b[i], order[i].Value.Root.Type);
            if (compared != 0) return order[i].IsDescending ? -compared : compared;
        }

        return 0;
    }

    private void Feed(Frame frame, int call, ReadOnlySpan<SqlValue> arguments)
    {
        if (_calls[call].Function.SkipsNulls)
        {
            foreach (ref readonly SqlValue argument in arguments)
                if (argument.IsNull) return;
        }

        Accumulator state = _states[call];
        long before = state.HeapBytes;
        state.Add(arguments, frame.Scope.Evaluation);
        long grown = state.HeapBytes - before;
        if (grown != 0) Take(frame, grown);
    }

    private void Take(Frame frame, long bytes)
    {
        frame.Scope.Memory.Take(bytes);
        _bytes += bytes;
    }
}
