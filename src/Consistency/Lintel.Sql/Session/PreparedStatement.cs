using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>
/// A parsed and analysed statement of the extended protocol, or of SQL PREPARE. It lives until it is closed, replaced
/// (the unnamed one) or its session ends.
/// </summary>
public sealed class PreparedStatement
{
    private readonly ImmutableArray<SqlType> _given;
    private readonly string _givenKey;
    private DatabaseSchema? _schema;
    private string? _planKey;

    /// <summary>A statement that has not been analysed yet; null for a text that holds none.</summary>
    internal PreparedStatement(string name, string text, ParsedStatement? parsed, ImmutableArray<SqlType> given)
    {
        Name = name;
        Text = text;
        Parsed = parsed;
        _given = given;
        _givenKey = given.IsEmpty ? "" : string.Join(',', given.Select(t => t.TypeOid));
    }

    /// <summary>Its name; empty for the unnamed one.</summary>
    public string Name { get; }

    /// <summary>The text it was made from.</summary>
    public string Text { get; }

    /// <summary>Type of each parameter, given or inferred; never unknown.</summary>
    public ImmutableArray<SqlType> ParameterTypes { get; private set; } = [];

    /// <summary>Columns of the result; default (not empty) for a statement without one.</summary>
    public ImmutableArray<ResultColumn> Columns { get; private set; }

    /// <summary>Whether executing returns rows (RowDescription rather than NoData).</summary>
    public bool ReturnsRows => !Columns.IsDefault;

    /// <summary>What was parsed; null when the text holds no statement.</summary>
    internal ParsedStatement? Parsed { get; }

    /// <summary>The statement; only asked when there is one.</summary>
    internal Statement Syntax => Parsed!.Statement;

    /// <summary>The plan that was made last; only of interest where it does not matter whether it is still valid.</summary>
    internal StatementPlan? LatestPlan { get; private set; }

    /// <summary>The plan under a schema: the one at hand, the node's, or a new one.</summary>
    internal StatementPlan PlanFor(DatabaseSchema schema, bool isPrivateSchema, SqlSession session)
    {
        string planKey = session.PlanKey;
        if (LatestPlan is not null && ReferenceEquals(_schema, schema) && _planKey == planKey) return LatestPlan;
        var key = new PlanKey(schema.Database.Id, Text, _givenKey, planKey);
        if (isPrivateSchema || !session.Engine.Plans.TryGet(key, schema, out StatementPlan? plan))
        {
            plan = StatementPlanner.Plan(Parsed!, session.PlanningContextOf(schema), _given.AsSpan());
            if (!isPrivateSchema) session.Engine.Plans.Add(key, schema, plan);
        }

        Take(plan);
        (_schema, _planKey) = (schema, planKey);
        return plan;
    }

    /// <summary>The columns of a statement that the session carries out itself.</summary>
    internal void Describe(ImmutableArray<ResultColumn> columns) => Columns = columns;

    private void Take(StatementPlan plan)
    {
        if (LatestPlan is not null && Name.Length > 0 && !SameColumns(plan.Columns, Columns))
            throw new SqlException(SqlStates.FeatureNotSupported, "cached plan must not change result type");
        LatestPlan = plan;
        ParameterTypes = plan.ParameterTypes;
        Columns = plan.Columns;
        if (plan.Columns.IsDefault || plan.Columns.All(c => c.Type.Kind != SqlKind.Unknown)) return;
        Columns = [.. plan.Columns.Select(c => c.Type.Kind == SqlKind.Unknown ? c with { Type = SqlType.Text } : c)];
    }

    private static bool SameColumns(ImmutableArray<ResultColumn> a, ImmutableArray<ResultColumn> b) =>
        a.IsDefault == b.IsDefault
        && (a.IsDefault || a.Select(c => (c.Name, c.Type)).SequenceEqual(b.Select(c => (c.Name, c.Type))));
}
