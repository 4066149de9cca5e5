using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>
/// What names mean inside one query: its own FROM clause, then the queries around it. Notes which registers of outer
/// queries are read (correlation), which the planner needs for the order of joins and to know what may be computed once.
/// </summary>
internal sealed class QueryScope(QueryScope? outer, CommonTableScope? commonTables)
{
    /// <summary>The query around this one; null at the top.</summary>
    public QueryScope? Outer { get; } = outer;

    /// <summary>The common tables that can be named here.</summary>
    public CommonTableScope? CommonTables { get; set; } = commonTables;

    /// <summary>What the FROM clause bound so far.</summary>
    public FromNames Names { get; set; } = FromNames.Empty;

    /// <summary>Registers of queries around this one that it reads.</summary>
    public HashSet<int> OuterRegisters { get; } = [];

    /// <summary>The column that a name means; null when there is none here or outside.</summary>
    public ScopeColumn? FindColumn(string name, int position)
    {
        var crossed = new List<QueryScope>();
        for (QueryScope? scope = this; scope is not null; scope = scope.Outer)
        {
            ScopeColumn? found = null;
            foreach (ScopeColumn column in scope.Names.Columns)
            {
                if (column.Name != name) continue;
                if (found is not null)
                    throw new SqlException(SqlStates.AmbiguousColumn, $"column reference \"{name}\" is ambiguous", position);
                found = column;
            }

            if (found is not null)
            {
                Cross(crossed, found.Value);
                return found;
            }

            crossed.Add(scope);
        }

        return null;
    }

    /// <summary>The table that a qualifier means; null when there is none.</summary>
    public ScopeTable? FindTable(string? schema, string name, int position, out IReadOnlyList<QueryScope> crossed)
    {
        var passed = new List<QueryScope>();
        crossed = passed;
        for (QueryScope? scope = this; scope is not null; scope = scope.Outer)
        {
            ScopeTable? found = null;
            foreach (ScopeTable table in scope.Names.Tables)
            {
                if (table.Name != name || (schema is not null && table.Schema != schema)) continue;
                if (found is not null)
                    throw new SqlException(SqlStates.AmbiguousAlias, $"table reference \"{name}\" is ambiguous", position);
                found = table;
            }

            if (found is not null) return found;
            passed.Add(scope);
        }

        return null;
    }

    /// <summary>Notes that a value was read from within the <paramref name="crossed"/> scopes.</summary>
    public static void Cross(IReadOnlyList<QueryScope> crossed, BoundExpression value)
    {
        if (crossed.Count == 0) return;
        value.Visit(node =>
        {
            if (node is not RegisterExpression register) return;
            foreach (QueryScope scope in crossed) scope.OuterRegisters.Add(register.Register);
        });
    }
}

/// <summary>The common tables of one WITH clause and of those around it.</summary>
internal sealed class CommonTableScope(CommonTableScope? outer)
{
    private readonly Dictionary<string, BoundCommonTable> _tables = new(StringComparer.Ordinal);

    /// <summary>Adds one; 42712 when the name is taken in the same WITH.</summary>
    public void Add(BoundCommonTable table, int position)
    {
        if (_tables.TryAdd(table.Name, table)) return;
        throw new SqlException(
            SqlStates.DuplicateAlias, $"WITH query name \"{table.Name}\" specified more than once", position);
    }

    /// <summary>The common table of that name, the nearest one; null when there is none.</summary>
    public BoundCommonTable? Find(string name) => _tables.GetValueOrDefault(name) ?? outer?.Find(name);
}
