using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>What a statement is bound and planned with.</summary>
/// <param name="Schema">The schema, at the version of the transaction and with its own changes.</param>
/// <param name="Session">
/// Whose statement it is: search path, user and settings. A plan is shared between sessions whose
/// <see cref="SqlSession.PlanKey"/> is equal; nothing else of the session may go into it.
/// </param>
/// <param name="ParameterTypes">Types that the client gave; unknown, or missing at the end, where it gave none.</param>
/// <param name="ParameterCount">The highest $n of the statement.</param>
public sealed record PlanContext(
    DatabaseSchema Schema,
    SqlSession Session,
    ImmutableArray<SqlType> ParameterTypes,
    int ParameterCount);
