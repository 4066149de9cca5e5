using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Functions;

namespace Lintel.Sql.Plan;

/// <summary>What a statement is bound and planned against. The same schema and search path give the same plan for the same text.</summary>
/// <param name="Schema">The schema, at the version of the transaction.</param>
/// <param name="SearchPath">
/// Names of the schemas in which unqualified names are looked up, in order, "$user" already replaced and pg_catalog
/// not listed unless the user did; it then is searched first.
/// </param>
/// <param name="VirtualTables">The tables that are not stored.</param>
/// <param name="Evaluation">
/// For folding immutable expressions: by their definition they read nothing of it, so the plan does not depend on it.
/// </param>
public sealed record PlanningContext(
    DatabaseSchema Schema, ImmutableArray<string> SearchPath, IVirtualTableSource VirtualTables,
    EvaluationContext Evaluation);
