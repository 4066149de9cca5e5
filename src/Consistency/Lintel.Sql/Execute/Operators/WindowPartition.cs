using System.Collections.Immutable;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>The rows of one partition as calls over a window see them: arguments, order keys, and the values computed.</summary>
internal sealed class WindowPartition(ImmutableArray<WindowCall> calls, ImmutableArray<SortKey> order, Frame frame)
{
    private readonly List<SqlValue[]> _orderKeys = [];
    private readonly List<SqlValue[]>[] _arguments = [.. calls.Select(_ => new List<SqlValue[]>())];
    private readonly List<bool>[] _included = [.. calls.Select(_ => new List<bool>())];
    private readonly int[] _places = [.. Enumerable.Range(0, order.Length)];
    private SqlValue[][] _values = [];
    private int[] _peerStart = [];
    private int[] _peerEnd = [];
    private long _bytes;

    /// <summary>Takes in the row in the registers.</summary>
    public async ValueTask AddAsync()
    {
        var keys = new SqlValue[order.Length];
        for (int i = 0; i < keys.Length; i++) keys[i] = frame.Registers[order[i].Register];
        _orderKeys.Add(keys);
        for (int c = 0; c < calls.Length; c++)
        {
            WindowCall call = calls[c];
            _included[c].Add(call.Filter is null || await call.Filter.HoldsAsync(frame));
            var arguments = new SqlValue[call.Arguments.Length];
            for (int i = 0; i < arguments.Length; i++) arguments[i] = await call.Arguments[i].EvaluateAsync(frame);
            _bytes += frame.Scope.Memory.TakeRow(arguments);
            _arguments[c].Add(arguments);
        }
    }

    /// <summary>Computes all values, once all rows are there.</summary>
    public async ValueTask ComputeAsync()
    {
        FindPeers();
        _values = new SqlValue[calls.Length][];
        for (int c = 0; c < calls.Length; c++)
        {
            WindowCall call = calls[c];
            long before = await OffsetAsync(call.Extent.Start, "starting");
            long after = await OffsetAsync(call.Extent.End, "ending");
            _values[c] = call.Aggregate is null ? Function(call, _arguments[c], before, after) : Aggregate(call, c, before, after);
        }
    }

    /// <summary>Puts the values of a row into their registers.</summary>
    public void Give(int row)
    {
        for (int c = 0; c < calls.Length; c++) frame.Registers[calls[c].Register] = _values[c][row];
    }

    /// <summary>Forgets the rows.</summary>
    public void Clear()
    {
        frame.Scope.Memory.Release(_bytes);
        _bytes = 0;
        _orderKeys.Clear();
        foreach (List<SqlValue[]> list in _arguments) list.Clear();
        foreach (List<bool> list in _included) list.Clear();
    }

    private async ValueTask<long> OffsetAsync(WindowEdge edge, string end)
    {
        if (edge.Offset is null) return 0;
        SqlValue offset = await edge.Offset.EvaluateAsync(frame);
        if (offset.IsNull) throw new SqlException(SqlStates.NullValueNotAllowed, $"frame {end} offset must not be null");
        return offset.AsInt64() >= 0
            ? offset.AsInt64()
            : throw new SqlException(SqlStates.InvalidPrecedingOrFollowingSize, $"frame {end} offset must not be negative");
    }

    private void FindPeers()
    {
        int count = _orderKeys.Count;
        _peerStart = new int[count];
        _peerEnd = new int[count];
        for (int i = 0; i < count; i++)
        {
            bool isPeer = i > 0 && SortNode.Compare(order.AsSpan(), _orderKeys[i - 1], _orderKeys[i], _places) == 0;
            _peerStart[i] = isPeer ? _peerStart[i - 1] : i;
        }

        for (int i = count - 1; i >= 0; i--) _peerEnd[i] = i + 1 < count && _peerStart[i + 1] == _peerStart[i] ? _peerEnd[i + 1] : i + 1;
    }

    private int StartOf(WindowExtent extent, int row, long offset) => extent.Start.Kind switch
    {
        FrameBoundKind.UnboundedPreceding => 0,
        FrameBoundKind.Preceding => (int)Math.Max(0, row - offset),
        FrameBoundKind.CurrentRow => extent.IsRows ? row : _peerStart[row],
        FrameBoundKind.Following => (int)Math.Min(_orderKeys.Count, row + offset),
        _ => _orderKeys.Count,
    };

    private int EndOf(WindowExtent extent, int row, long offset) => extent.End.Kind switch
    {
        FrameBoundKind.UnboundedFollowing => _orderKeys.Count,
        FrameBoundKind.Following => (int)Math.Min(_orderKeys.Count, row + offset + 1),
        FrameBoundKind.CurrentRow => extent.IsRows ? row + 1 : _peerEnd[row],
        FrameBoundKind.Preceding => (int)Math.Max(0, row - offset + 1),
        _ => 0,
    };

    // A frame that only grows at its end is fed row by row; one whose start moves is computed anew for each row.
    private SqlValue[] Aggregate(WindowCall call, int at, long before, long after)
    {
        var values = new SqlValue[_orderKeys.Count];
        Accumulator? growing = null;
        int fed = 0;
        for (int row = 0; row < values.Length; row++)
        {
            int start = StartOf(call.Extent, row, before);
            int end = EndOf(call.Extent, row, after);
            if (call.Extent.Start.Kind != FrameBoundKind.UnboundedPreceding || growing is null)
            {
                growing = call.Aggregate!.Create();
                fed = start;
            }

            for (; fed < end; fed++) Feed(growing, call, at, fed);
            values[row] = growing.Result(frame.Scope.Evaluation);
            if ((row & 255) == 0) frame.Scope.Cancellation.ThrowIfCancellationRequested();
        }

        return values;
    }

    private void Feed(Accumulator state, WindowCall call, int at, int row)
    {
        if (!_included[at][row]) return;
        SqlValue[] arguments = _arguments[at][row];
        if (call.Aggregate!.SkipsNulls && Array.Exists(arguments, a => a.IsNull)) return;
        state.Add(arguments, frame.Scope.Evaluation);
    }

    private SqlValue[] Function(WindowCall call, List<SqlValue[]> arguments, long before, long after)
    {
        int count = _orderKeys.Count;
        var values = new SqlValue[count];
        long dense = 0;
        for (int row = 0; row < count; row++)
        {
            if (_peerStart[row] == row) dense++;
            int start = StartOf(call.Extent, row, before);
            int end = Math.Max(start, EndOf(call.Extent, row, after));
            values[row] = call.Name switch
            {
                "row_number" => SqlValue.Of(row + 1L),
                "rank" => SqlValue.Of(_peerStart[row] + 1L),
                "dense_rank" => SqlValue.Of(dense),
                "percent_rank" => SqlValue.Of(count == 1 ? 0.0 : _peerStart[row] / (double)(count - 1)),
                "cume_dist" => SqlValue.Of(_peerEnd[row] / (double)count),
                "ntile" => Tile(arguments[row][0], row, count),
                "lag" => Shifted(arguments, row, -1),
                "lead" => Shifted(arguments, row, 1),
                "first_value" => start < end ? arguments[start][0] : SqlValue.Null,
                "last_value" => start < end ? arguments[end - 1][0] : SqlValue.Null,
                "nth_value" => Nth(arguments, row, start, end),
                _ => throw new SqlException(SqlStates.FeatureNotSupported, $"window function {call.Name} is not supported"),
            };
        }

        return values;
    }

    private static SqlValue Tile(in SqlValue buckets, int row, int count)
    {
        if (buckets.IsNull) return SqlValue.Null;
        long wanted = buckets.AsInt64();
        if (wanted <= 0) throw new SqlException(SqlStates.InvalidArgumentForNtile, "argument of ntile must be greater than zero");
        // The first of them have one row more.
        long size = count / wanted;
        long larger = count % wanted;
        long inLarger = larger * (size + 1);
        return SqlValue.Of(row < inLarger ? (row / (size + 1)) + 1 : larger + ((row - inLarger) / Math.Max(1, size)) + 1);
    }

    private static SqlValue Shifted(List<SqlValue[]> arguments, int row, int direction)
    {
        SqlValue[] own = arguments[row];
        if (own.Length > 1 && own[1].IsNull) return SqlValue.Null;
        long at = row + (direction * (own.Length > 1 ? own[1].AsInt64() : 1));
        if (at >= 0 && at < arguments.Count) return arguments[(int)at][0];
        return own.Length > 2 ? own[2] : SqlValue.Null;
    }

    private static SqlValue Nth(List<SqlValue[]> arguments, int row, int start, int end)
    {
        if (arguments[row][1].IsNull) return SqlValue.Null;
        long nth = arguments[row][1].AsInt64();
        if (nth <= 0) throw new SqlException(SqlStates.InvalidArgumentForNthValue, "argument of nth_value must be greater than zero");
        return start + nth <= end ? arguments[(int)(start + nth - 1)][0] : SqlValue.Null;
    }
}
