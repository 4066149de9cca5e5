using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute;

/// <summary>
/// The registers of one running statement. Every value that a plan computes has a register of its own, numbered when
/// the statement was bound: first the parameters, then the columns of each table reference, then keys, aggregates and
/// results. A cursor that moves to its next row writes its registers; whoever stands above reads them. So joins copy
/// nothing, an inner plan sees the outer row simply by reading its registers (correlation, LATERAL and index lookups
/// are all the same), and a result row is a slice of this array.
///
/// Who keeps rows (sorts, hash tables) saves the registers that its input writes and puts them back.
/// </summary>
public sealed class Frame(int size, StatementScope scope)
{
    private DeferredValues? _deferred;
    private Dictionary<object, Cursor>? _cursors;
    private Dictionary<object, object>? _kept;

    /// <summary>The registers.</summary>
    public SqlValue[] Registers { get; } = new SqlValue[size];

    /// <summary>What the statement runs in.</summary>
    public StatementScope Scope { get; } = scope;

    /// <summary>Values that expressions wait for: see <see cref="DeferredValues"/>.</summary>
    internal DeferredValues Deferred => _deferred ??= new DeferredValues();

    /// <summary>A register.</summary>
    public ref SqlValue this[int register] => ref Registers[register];

    /// <summary>
    /// The cursor that an expression or a common table runs, at its start: made at first, then reset. It lives until the
    /// statement ends.
    /// </summary>
    internal Cursor Restart(object owner, PlanNode plan)
    {
        if ((_cursors ??= []).TryGetValue(owner, out Cursor? cursor))
        {
            cursor.Reset();
            return cursor;
        }

        cursor = plan.Start(this);
        _cursors.Add(owner, cursor);
        return cursor;
    }

    /// <summary>What an owner keeps for the length of the statement, made at first.</summary>
    internal T Keep<T>(object owner, Func<T> make)
        where T : class
    {
        if ((_kept ??= []).TryGetValue(owner, out object? kept)) return (T)kept;
        T made = make();
        _kept.Add(owner, made);
        return made;
    }

    /// <summary>Closes the cursors of <see cref="Restart"/>.</summary>
    internal async ValueTask CloseAsync()
    {
        if (_cursors is null) return;
        foreach (Cursor cursor in _cursors.Values) await cursor.CloseAsync();
        _cursors = null;
    }
}
