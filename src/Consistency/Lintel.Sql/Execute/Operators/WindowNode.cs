using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>One end of a frame; the offset counts rows.</summary>
public sealed record WindowEdge(FrameBoundKind Kind, RowExpression? Offset = null);

/// <summary>A frame: counted in rows, or by value (peers belong together).</summary>
public sealed record WindowExtent(bool IsRows, WindowEdge Start, WindowEdge End);

/// <summary>One call over a window.</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Aggregate">The aggregate; null for a window function.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Filter">FILTER, or null.</param>
/// <param name="Extent">The frame.</param>
/// <param name="Register">Where the value goes.</param>
public sealed record WindowCall(
    string Name, ResolvedAggregate? Aggregate, ImmutableArray<RowExpression> Arguments, RowExpression? Filter,
    WindowExtent Extent, int Register);

/// <summary>
/// Computes calls over windows: its input comes sorted by the partition keys, then by the order of the window. One
/// partition at a time is held in memory.
/// </summary>
public sealed class WindowNode : PlanNode
{
    private readonly PlanNode _input;
    private readonly ImmutableArray<GroupColumn> _partition;
    private readonly ImmutableArray<SortKey> _order;
    private readonly ImmutableArray<WindowCall> _calls;
    private readonly SavedRegisters _saved;

    /// <summary>Calls over one window of <paramref name="input"/>.</summary>
    public WindowNode(
        PlanNode input, ImmutableArray<GroupColumn> partition, ImmutableArray<SortKey> order, ImmutableArray<WindowCall> calls,
        RegisterTable registers)
    {
        (_input, _partition, _order, _calls) = (input, partition, order, calls);
        _saved = new SavedRegisters(registers, input);
        foreach (GroupColumn key in partition) registers.Use(key.Register);
        foreach (SortKey key in order) registers.Use(key.Register);
    }

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [_input];

    /// <inheritdoc/>
    public override string Title => "WindowAgg";

    /// <inheritdoc/>
    public override IEnumerable<BoundExpression> Expressions =>
        _calls.SelectMany(c => c.Arguments.Select(a => a.Root).Concat(c.Filter is null ? [] : [c.Filter.Root]));

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        base.AddRegisters(registers);
        foreach (WindowCall call in _calls) registers.Add(call.Register);
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new WindowCursor(this, frame);

    private sealed class WindowCursor(WindowNode node, Frame frame) : Cursor
    {
        private readonly Cursor _input = node._input.Start(frame);
        private readonly WindowPartition _partition = new(node._calls, node._order, frame);
        private readonly RowEquality _equality = new([.. node._partition.Select(p => p.Type)]);
        private readonly List<SqlValueRow> _rows = [];
        private SqlValueRow? _ahead;
        private SqlValue[]? _key;
        private int _next;
        private bool _isAtEnd;

        public override async ValueTask<bool> NextAsync()
        {
            if (_next >= _rows.Count && !await FillAsync()) return false;
            node._saved.Restore(frame, _rows[_next].Values);
            _partition.Give(_next++);
            return true;
        }

        public override void Reset()
        {
            Forget();
            if (_ahead is { } row) frame.Scope.Memory.Release(row.Bytes);
            _ahead = null;
            _isAtEnd = false;
            _input.Reset();
        }

        public override ValueTask CloseAsync()
        {
            Forget();
            return _input.CloseAsync();
        }

        private async ValueTask<bool> FillAsync()
        {
            Forget();
            if (_ahead is { } first)
            {
                node._saved.Restore(frame, first.Values);
                await TakeAsync(first);
                _ahead = null;
            }

            while (!_isAtEnd)
            {
                if (!await _input.NextAsync())
                {
                    _isAtEnd = true;
                    break;
                }

                SqlValueRow row = node._saved.Save(frame);
                SqlValue[] key = Key();
                if (_rows.Count > 0 && !_equality.Equals(_key, key))
                {
                    (_ahead, _key) = (row, key);
                    break;
                }

                _key = key;
                await TakeAsync(row);
            }

            if (_rows.Count == 0) return false;
            await _partition.ComputeAsync();
            return true;
        }

        private async ValueTask TakeAsync(SqlValueRow row)
        {
            _rows.Add(row);
            await _partition.AddAsync();
        }

        private SqlValue[] Key()
        {
            var key = new SqlValue[node._partition.Length];
            for (int i = 0; i < key.Length; i++) key[i] = frame.Registers[node._partition[i].Register];
            return key;
        }

        private void Forget()
        {
            foreach (SqlValueRow row in _rows) frame.Scope.Memory.Release(row.Bytes);
            _rows.Clear();
            _partition.Clear();
            _next = 0;
        }
    }
}
