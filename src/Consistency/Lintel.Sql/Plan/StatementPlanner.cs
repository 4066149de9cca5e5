using System.Collections.Immutable;
using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>From a parsed statement to a plan: binds names and types, then chooses how to run it.</summary>
public static class StatementPlanner
{
    /// <summary>
    /// Plans a statement. <paramref name="given"/> are the parameter types that the client gave; unknown, or missing at
    /// the end, are inferred. Statements that the session runs itself get a plan without <see cref="StatementPlan.Query"/>.
    /// Throws SqlException: what PostgreSQL says of the statement, or 0A000.
    /// </summary>
    public static StatementPlan Plan(ParsedStatement statement, PlanningContext context, ReadOnlySpan<SqlType> given)
    {
        var parameters = new ParameterTypes(given, Math.Max(statement.ParameterCount, given.Length));
        var binding = new StatementBinding(context, parameters);
        try
        {
            return Plan(statement.Statement, binding);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new SqlException(SqlStates.StatementTooComplex, "stack depth limit exceeded");
        }
    }

    private static StatementPlan Plan(Statement statement, StatementBinding binding)
    {
        if (statement is UnsupportedStatement unsupported)
            throw new SqlException(SqlStates.FeatureNotSupported, $"{unsupported.What} is not supported", unsupported.Position);
        (QueryPlan Plan, IReadOnlyList<OutputColumn>? Outputs)? made = statement switch
        {
            ExplainStatement explain => (ExplainPlanner.Plan(explain, binding), ExplainPlanner.Outputs(binding)),
            SelectStatement or InsertStatement or UpdateStatement or DeleteStatement => PlanQuery(statement, binding),
            _ => null,
        };
        return new StatementPlan
        {
            Syntax = statement,
            ParameterTypes = Types(binding.Parameters),
            Columns = made?.Outputs is { } outputs
                ? [.. outputs.Select(o => new ResultColumn(o.Name, o.Type, o.TableOid, o.ColumnNumber))] : default,
            SchemaVersion = binding.Context.Schema.Version,
            Query = made?.Plan,
        };
    }

    /// <summary>Plans a SELECT, INSERT, UPDATE or DELETE.</summary>
    internal static (QueryPlan Plan, IReadOnlyList<OutputColumn>? Outputs) PlanQuery(Statement statement, StatementBinding binding)
    {
        PlanNode root;
        IReadOnlyList<OutputColumn>? outputs;
        bool isReadOnly = false;
        if (statement is SelectStatement select)
        {
            BoundQuery query = QueryBinder.Settle(QueryBinder.Bind(select.Query, binding, null, null), binding);
            root = QueryPlanner.Plan(query, binding);
            outputs = query.Outputs;
            isReadOnly = binding.WritingTables.Count == 0 && !Locks(query);
        }
        else
        {
            BoundModify modify = ModifyBinder.Bind(statement, binding, null);
            (root, outputs) = (modify.Node, modify.Outputs);
        }

        foreach (OutputColumn output in outputs ?? []) binding.Registers.Use(output.Register);
        bool isPoint = binding.WritingTables.Count == 0 && PointAccess.IsPoint(root);
        if (binding.WritingTables.Count > 0)
        {
            root = new WritingTablesNode(
                root, [.. binding.WritingTables.Select(t => (t.Store, t.Plan, t.Outputs))]);
        }

        var plan = new QueryPlan
        {
            Root = root,
            RegisterCount = binding.Registers.Count,
            ResultRegisters = outputs is null ? [] : [.. outputs.Select(o => o.Register)],
            Verb = statement switch
            {
                SelectStatement => "SELECT",
                InsertStatement => "INSERT 0",
                UpdateStatement => "UPDATE",
                _ => "DELETE",
            },
            IsReadOnly = isReadOnly,
            IsPointAccess = isPoint,
        };
        return (plan, outputs);
    }

    private static bool Locks(BoundQuery query) => query switch
    {
        BoundSelect select => select.Locks || select.From.Any(Locks),
        BoundSetOperation operation => Locks(operation.Left) || Locks(operation.Right),
        _ => false,
    };

    private static bool Locks(Relation relation) => relation switch
    {
        QueryRelation query => Locks(query.Query),
        JoinRelation join => Locks(join.Left) || Locks(join.Right),
        _ => false,
    };

    // A parameter that nothing gave a type: PostgreSQL says so by number.
    private static ImmutableArray<SqlType> Types(ParameterTypes parameters)
    {
        var types = ImmutableArray.CreateBuilder<SqlType>(parameters.Count);
        for (int number = 1; number <= parameters.Count; number++)
        {
            if (parameters[number].Kind == SqlKind.Unknown)
            {
                throw new SqlException(
                    SqlStates.IndeterminateDatatype, $"could not determine data type of parameter ${number}");
            }

            types.Add(parameters[number]);
        }

        return types.MoveToImmutable();
    }
}
