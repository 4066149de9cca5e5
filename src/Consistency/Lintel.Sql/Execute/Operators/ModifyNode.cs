using System.Collections.Immutable;
using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Writes;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>RETURNING: what is computed of each row that was written, and the registers that make a result row.</summary>
public sealed record ReturningList(ImmutableArray<Assigned> Computed, int[] Outputs);

/// <summary>
/// INSERT, UPDATE and DELETE: takes its input row by row and writes. All writes are done before the first row of
/// RETURNING is given, so that a client that stops reading has still changed everything.
/// </summary>
public abstract class ModifyNode(PlanNode input, TableWrites writes, ReturningList? returning) : PlanNode
{
    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [input];

    /// <summary>The table.</summary>
    public TableWrites Writes => writes;

    /// <summary>RETURNING, or null.</summary>
    public ReturningList? Returning => returning;

    /// <inheritdoc/>
    public override string Title => $"{Command} on {writes.Layout.Table.Name}";

    /// <summary>INSERT, UPDATE or DELETE, in EXPLAIN's spelling.</summary>
    protected abstract string Command { get; }

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers)
    {
        if (returning is not null) registers.AddRange(returning.Outputs);
    }

    /// <summary>The part that writes, for one execution.</summary>
    protected abstract RowAction Begin(Frame frame);

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new ModifyCursor(this, input.Start(frame), frame);

    /// <summary>What is done with each input row.</summary>
    protected abstract class RowAction
    {
        /// <summary>Handles the row in the registers; whether it counts as written.</summary>
        public abstract ValueTask<bool> RowAsync();

        /// <summary>Writes what is still held back.</summary>
        public virtual ValueTask CompleteAsync() => ValueTask.CompletedTask;
    }

    private sealed class ModifyCursor(ModifyNode node, Cursor input, Frame frame) : Cursor
    {
        private readonly List<SqlValue[]> _returned = [];
        private long _bytes;
        private int _next = -1;

        public override async ValueTask<bool> NextAsync()
        {
            if (_next < 0)
            {
                await RunAsync();
                _next = 0;
            }

            if (_next >= _returned.Count) return false;
            SqlValue[] row = _returned[_next++];
            for (int i = 0; i < row.Length; i++) frame.Registers[node.Returning!.Outputs[i]] = row[i];
            return true;
        }

        public override void Reset() => throw new InvalidOperationException("a statement writes once");

        public override ValueTask CloseAsync()
        {
            frame.Scope.Memory.Release(_bytes);
            _bytes = 0;
            return input.CloseAsync();
        }

        private async ValueTask RunAsync()
        {
            RowAction action = node.Begin(frame);
            while (await input.NextAsync())
            {
                if (!await action.RowAsync()) continue;
                frame.Scope.AffectedRows++;
                if (node.Returning is not null) await ReturnAsync(node.Returning);
            }

            await action.CompleteAsync();
        }

        private async ValueTask ReturnAsync(ReturningList list)
        {
            foreach (Assigned assigned in list.Computed)
                frame.Registers[assigned.Register] = await assigned.Value.EvaluateAsync(frame);
            var row = new SqlValue[list.Outputs.Length];
            for (int i = 0; i < row.Length; i++) row[i] = frame.Registers[list.Outputs[i]];
            _bytes += frame.Scope.Memory.TakeRow(row);
            _returned.Add(row);
        }
    }
}

/// <summary>INSERT without ON CONFLICT.</summary>
/// <param name="input">Rows to insert.</param>
/// <param name="writes">The table.</param>
/// <param name="values">The value of each column, by ordinal; null for NULL.</param>
/// <param name="hiddenKey">Ordinal of the hidden row id, or -1.</param>
/// <param name="returning">RETURNING, or null.</param>
public sealed class InsertNode(
    PlanNode input, TableWrites writes, RowExpression?[] values, int hiddenKey, ReturningList? returning)
    : ModifyNode(input, writes, returning)
{
    /// <inheritdoc/>
    protected override string Command => "Insert";

    /// <summary>The same INSERT, without RETURNING, over other rows; they write the registers that the old ones wrote.</summary>
    internal InsertNode WithInput(PlanNode rows) => new(rows, Writes, values, hiddenKey, null);

    /// <summary>Computes the new row into its registers.</summary>
    internal static async ValueTask FillAsync(TableWrites writes, RowExpression?[] values, int hiddenKey, Frame frame)
    {
        for (int i = 0; i < values.Length; i++)
        {
            RowExpression? value = values[i];
            frame.Registers[writes.First + i] = value is null ? SqlValue.Null
                : value.IsDeferred ? await value.EvaluateAsync(frame) : value.Root.Evaluate(frame);
        }

        if (hiddenKey < 0) return;
        Catalog.RowIdSource ids = frame.Scope.RowIds
            ?? throw new SqlException(SqlStates.FeatureNotSupported, "hidden row ids cannot be drawn here");
        frame.Registers[writes.First + hiddenKey] = SqlValue.Of(ids.Next());
    }

    /// <inheritdoc/>
    protected override RowAction Begin(Frame frame) => new InsertAction(this, frame, values, hiddenKey);

    private sealed class InsertAction(InsertNode node, Frame frame, RowExpression?[] values, int hiddenKey) : RowAction
    {
        private readonly RowInserter _inserter = new(node.Writes, frame, frame.Scope.RequireWriter("INSERT"));

        public override async ValueTask<bool> RowAsync()
        {
            await FillAsync(node.Writes, values, hiddenKey, frame);
            await _inserter.AddAsync();
            return true;
        }

        public override ValueTask CompleteAsync() => _inserter.FlushAsync();
    }
}

/// <summary>UPDATE.</summary>
/// <param name="input">Rows to change, with the columns of the table from <paramref name="oldFirst"/> on.</param>
/// <param name="writes">The table, and where new rows stand.</param>
/// <param name="oldFirst">Register of column 0 of the old row.</param>
/// <param name="values">New values, by ordinal; null where a column stays.</param>
/// <param name="isOnce">Whether a row may come several times and is changed the first time only.</param>
/// <param name="returning">RETURNING, or null.</param>
public sealed class UpdateNode(
    PlanNode input, TableWrites writes, int oldFirst, RowExpression?[] values, bool isOnce, ReturningList? returning)
    : ModifyNode(input, writes, returning)
{
    /// <inheritdoc/>
    protected override string Command => "Update";

    /// <inheritdoc/>
    protected override RowAction Begin(Frame frame) => new UpdateAction(this, frame, oldFirst, values, isOnce);

    private sealed class UpdateAction(UpdateNode node, Frame frame, int oldFirst, RowExpression?[] values, bool isOnce)
        : RowAction
    {
        private readonly RowChanger _changer = new(node.Writes, frame, frame.Scope.RequireWriter("UPDATE"));
        private readonly HashSet<Key>? _seen = isOnce ? [] : null;

        public override async ValueTask<bool> RowAsync()
        {
            Key key = _changer.KeyOf(frame.Registers.AsSpan(oldFirst, values.Length));
            if (_seen?.Add(key) == false) return false;
            int first = node.Writes.First;
            for (int i = 0; i < values.Length; i++)
            {
                RowExpression? value = values[i];
                frame.Registers[first + i] = value is null ? frame.Registers[oldFirst + i]
                    : value.IsDeferred ? await value.EvaluateAsync(frame) : value.Root.Evaluate(frame);
            }

            await _changer.UpdateAsync(oldFirst, key);
            return true;
        }
    }
}

/// <summary>DELETE.</summary>
/// <param name="input">Rows to remove, with the columns of the table where <paramref name="writes"/> says.</param>
/// <param name="writes">The table.</param>
/// <param name="isOnce">Whether a row may come several times.</param>
/// <param name="returning">RETURNING, or null.</param>
public sealed class DeleteNode(PlanNode input, TableWrites writes, bool isOnce, ReturningList? returning)
    : ModifyNode(input, writes, returning)
{
    /// <inheritdoc/>
    protected override string Command => "Delete";

    /// <inheritdoc/>
    protected override RowAction Begin(Frame frame) => new DeleteAction(this, frame, isOnce);

    private sealed class DeleteAction(DeleteNode node, Frame frame, bool isOnce) : RowAction
    {
        private readonly RowChanger _changer = new(node.Writes, frame, frame.Scope.RequireWriter("DELETE"));
        private readonly HashSet<Key>? _seen = isOnce ? [] : null;

        public override async ValueTask<bool> RowAsync()
        {
            Key key = _changer.KeyOf(frame.Registers.AsSpan(node.Writes.First, node.Writes.Layout.Types.Length));
            if (_seen?.Add(key) == false) return false;
            await _changer.DeleteAsync(node.Writes.First, key);
            return true;
        }
    }
}
