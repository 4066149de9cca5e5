using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute;

/// <summary>Functions that need the catalog, the session or I/O: nextval, pg_get_indexdef, pg_table_is_visible.</summary>
public interface ISessionFunctions
{
    /// <summary>
    /// Calls a function of kind <see cref="FunctionKind.Session"/> by its name. The arguments have been cast; strictness
    /// has been looked after.
    /// </summary>
    ValueTask<SqlValue> CallAsync(ResolvedFunction function, SqlValue[] arguments, StatementScope scope);

    /// <summary>The next value of a sequence, for identity and serial columns.</summary>
    ValueTask<long> NextValueAsync(uint sequenceId, StatementScope scope);
}
