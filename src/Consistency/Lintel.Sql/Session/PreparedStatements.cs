using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Commands;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>The prepared statements of a session, by name: those of the extended protocol and of SQL's PREPARE are the same.</summary>
internal sealed class PreparedStatements(SqlSession session)
{
    private readonly Dictionary<string, PreparedStatement> _byName = new(StringComparer.Ordinal);

    /// <summary>Parse: a statement under a name.</summary>
    public async ValueTask<PreparedStatement> PrepareAsync(
        string name, string text, ReadOnlyMemory<uint> oids, CancellationToken cancellation)
    {
        RequireFree(name);
        ImmutableArray<ParsedStatement> parsed = session.Engine.Plans.Parse(text);
        if (parsed.Length > 1)
        {
            throw new SqlException(
                SqlStates.SyntaxError, "cannot insert multiple commands into a prepared statement");
        }

        var statement = new PreparedStatement(name, text, parsed.IsEmpty ? null : parsed[0], TypesOf(oids.Span));
        if (!parsed.IsEmpty) session.Runner.RequireRunnable(parsed[0].Statement);
        await DescribeAsync(statement, cancellation);
        _byName[name] = statement;
        return statement;
    }

    /// <summary>SQL PREPARE; <paramref name="parameterCount"/> is the highest $n in it.</summary>
    public async ValueTask PrepareAsync(PrepareStatement prepare, int parameterCount, CancellationToken cancellation)
    {
        RequireFree(prepare.Name);
        ImmutableArray<SqlType> given = [.. prepare.ParameterTypes.Select(TypeNames.Resolve)];
        string text = SqlText.Render(prepare.Target);
        int count = Math.Max(given.Length, parameterCount);
        var statement = new PreparedStatement(
            prepare.Name, text, new ParsedStatement(prepare.Target, 0, text.Length, count), given);
        await DescribeAsync(statement, cancellation);
        _byName[prepare.Name] = statement;
    }

    /// <summary>SQL EXECUTE.</summary>
    public async ValueTask<CommandTag> ExecuteAsync(
        ExecuteStatement execute, StatementCall call, IResultSink sink, bool standsAlone, CancellationToken cancellation)
    {
        PreparedStatement statement = Find(execute.Name);
        if (execute.Arguments.Length != statement.ParameterTypes.Length)
        {
            throw new SqlException(
                SqlStates.SyntaxError, $"wrong number of parameters for prepared statement \"{execute.Name}\"",
                detail: $"Expected {statement.ParameterTypes.Length} parameters but got {execute.Arguments.Length}.");
        }

        SqlValue[] values = [];
        if (values.Length != execute.Arguments.Length)
        {
            Expression[] casts =
            [
                .. execute.Arguments.Select((argument, i) => new CastExpression(
                    argument.Position, argument, SqlParser.ParseTypeName(statement.ParameterTypes[i].DisplayName))),
            ];
            values = await session.Constants.EvaluateAsync(casts, cancellation);
        }

        return await session.Runner.RunAsync(
            new StatementCall(statement, values, call.IsDescribed), sink, standsAlone, cancellation);
    }

    /// <summary>The statement of a name; 26000 when there is none.</summary>
    public PreparedStatement Find(string name) => _byName.GetValueOrDefault(name) ?? throw new SqlException(
        SqlStates.InvalidSqlStatementName,
        name.Length == 0 ? "unnamed prepared statement does not exist" : $"prepared statement \"{name}\" does not exist");

    /// <summary>Forgets one; a missing one is fine.</summary>
    public void Remove(string name) => _byName.Remove(name);

    /// <summary>Forgets all.</summary>
    public void Clear() => _byName.Clear();

    /// <summary>Makes sure that the statement has its types and columns.</summary>
    private async ValueTask DescribeAsync(PreparedStatement statement, CancellationToken cancellation)
    {
        switch (statement.Parsed?.Statement)
        {
            case null:
                return;
            case ShowStatement show:
                statement.Describe(SettingCommands.ColumnsOf(show));
                return;
            case ExecuteStatement execute:
                statement.Describe(Find(execute.Name).Columns);
                return;
            case FetchStatement { IsMove: false } fetch:
                statement.Describe(session.Portals.Find(fetch.Cursor).Columns);
                return;
            case SelectStatement or InsertStatement or UpdateStatement or DeleteStatement or ExplainStatement:
                await PlanAsync(statement, cancellation);
                return;
        }
    }

    private async ValueTask PlanAsync(PreparedStatement statement, CancellationToken cancellation)
    {
        if (session.Block.IsInTransaction)
        {
            OpenTransaction current = await session.Block.EnsureAsync(cancellation);
            statement.PlanFor(current.Schema, current.HasSchemaChanges, session);
            return;
        }

        DatabaseSchema schema = await session.LatestSchemaAsync(cancellation);
        statement.PlanFor(schema, false, session);
    }

    private void RequireFree(string name)
    {
        if (name.Length == 0) return;
        if (_byName.ContainsKey(name))
        {
            throw new SqlException(
                SqlStates.DuplicatePreparedStatement, $"prepared statement \"{name}\" already exists");
        }

        if (_byName.Count >= session.Engine.Limits.PreparedStatementsMax)
        {
            throw new SqlException(
                SqlStates.ConfigurationLimitExceeded,
                $"a session has at most {session.Engine.Limits.PreparedStatementsMax} prepared statements");
        }
    }

    private static ImmutableArray<SqlType> TypesOf(ReadOnlySpan<uint> oids)
    {
        var types = ImmutableArray.CreateBuilder<SqlType>(oids.Length);
        foreach (uint oid in oids)
        {
            if (oid == 0) types.Add(SqlType.Unknown);
            else if (TypeRegistry.TryFindOid(oid, out SqlType type)) types.Add(type);
            else throw new SqlException(SqlStates.UndefinedObject, $"type with OID {oid} does not exist");
        }

        return types.MoveToImmutable();
    }
}
