using Lintel.Sql.Plan;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute;

/// <summary>
/// One execution of a plan: pulled row by row, suspended by simply not being pulled. A statement that writes and returns
/// rows has done all its writes before it gives the first row.
/// </summary>
public sealed class RunningStatement : IAsyncDisposable
{
    private readonly QueryPlan _plan;
    private readonly Frame _frame;
    private readonly Cursor _cursor;
    private readonly SqlValue[] _row;
    private readonly int _first;
    private long _rows;

    internal RunningStatement(QueryPlan plan, Frame frame)
    {
        (_plan, _frame) = (plan, frame);
        _cursor = plan.Root.Start(frame);
        _first = FirstOfRun(plan.ResultRegisters);
        _row = _first >= 0 ? [] : new SqlValue[plan.ResultRegisters.Length];
    }

    /// <summary>The row that <see cref="NextAsync"/> moved to; stands until its next call.</summary>
    public ReadOnlySpan<SqlValue> Row =>
        _first >= 0 ? _frame.Registers.AsSpan(_first, _plan.ResultRegisters.Length) : _row;

    /// <summary>What CommandComplete says, once <see cref="NextAsync"/> has returned false.</summary>
    public CommandTag Tag => new(_plan.Verb, _plan.CountsResultRows ? _rows : _plan.Verb == "EXPLAIN" ? -1 : _frame.Scope.AffectedRows);

    /// <summary>Moves to the next row; false at the end. A statement without result rows runs to its end at once.</summary>
    public ValueTask<bool> NextAsync()
    {
        ValueTask<bool> next = _cursor.NextAsync();
        return next.IsCompletedSuccessfully ? ValueTask.FromResult(Take(next.Result)) : WaitAsync(next);
    }

    /// <summary>Gives back what the cursors hold.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cursor.CloseAsync();
        await _frame.CloseAsync();
    }

    private static int FirstOfRun(int[] registers)
    {
        if (registers.Length == 0) return 0;
        for (int i = 1; i < registers.Length; i++)
        {
            if (registers[i] != registers[0] + i) return -1;
        }

        return registers[0];
    }

    private async ValueTask<bool> WaitAsync(ValueTask<bool> next) => Take(await next);

    private bool Take(bool found)
    {
        if (!found) return false;
        _rows++;
        int[] registers = _plan.ResultRegisters;
        for (int i = 0; i < _row.Length; i++) _row[i] = _frame.Registers[registers[i]];
        return true;
    }
}
