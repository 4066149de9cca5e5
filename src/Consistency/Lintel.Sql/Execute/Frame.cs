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
    /// <summary>The registers.</summary>
    public SqlValue[] Registers { get; } = new SqlValue[size];

    /// <summary>What the statement runs in.</summary>
    public StatementScope Scope { get; } = scope;

    /// <summary>Values that expressions wait for: see <see cref="DeferredValues"/>.</summary>
    internal DeferredValues Deferred { get; } = new();

    /// <summary>A register.</summary>
    public ref SqlValue this[int register] => ref Registers[register];
}
