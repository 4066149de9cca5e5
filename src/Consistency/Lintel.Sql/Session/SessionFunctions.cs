using Lintel.Sql.Catalog;
using Lintel.Sql.Execute;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.PgCatalog.Functions;
using Lintel.Sql.Session.SchemaChanges;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>The functions that a session computes itself: sequences, pg_sleep, and those over the catalog.</summary>
internal sealed class SessionFunctions(SqlSession session) : ISessionFunctions
{
    /// <inheritdoc/>
    public async ValueTask<SqlValue> CallAsync(ResolvedFunction function, SqlValue[] arguments, StatementScope scope)
    {
        switch (function.Name)
        {
            case "nextval":
                return SqlValue.Of(await NextAsync(Sequence(arguments[0], scope), scope));
            case "currval":
                return SqlValue.Of(session.Sequences.Current(Sequence(arguments[0], scope)));
            case "lastval":
                return SqlValue.Of(session.Sequences.Last());
            case "setval":
                long value = arguments[1].AsInt64();
                bool isCalled = arguments.Length < 3 || arguments[2].AsBool();
                await session.Sequences.SetAsync(
                    Sequence(arguments[0], scope), value, isCalled, session.Database.Id, scope.Cancellation);
                return SqlValue.Of(value);
            case "pg_sleep":
                await SleepAsync(arguments[0].AsDouble(), scope);
                return SqlValue.Of("");
            default:
                return CatalogFunctions.Has(function.Name)
                    ? await CatalogFunctions.CallAsync(function.Name, arguments, scope)
                    : throw new SqlException(
                        SqlStates.FeatureNotSupported, $"function {function.Name} is not supported");
        }
    }

    private async ValueTask SleepAsync(double seconds, StatementScope scope)
    {
        if (!(seconds > 0)) return;
        TimeSpan wait = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds));
        await Task.Delay(wait, session.Engine.Options.Time, scope.Cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<long> NextValueAsync(uint sequenceId, StatementScope scope) =>
        scope.Schema.Find(sequenceId) is SequenceDescriptor sequence
            ? NextAsync(sequence, scope)
            : throw new SqlException(SqlStates.UndefinedObject, $"sequence with OID {sequenceId} does not exist");

    private ValueTask<long> NextAsync(SequenceDescriptor sequence, StatementScope scope) =>
        session.Sequences.NextAsync(sequence, session.Database.Id, scope.Cancellation);

    private SequenceDescriptor Sequence(in SqlValue argument, StatementScope scope)
    {
        RelationDescriptor? found;
        string shown;
        if (argument.IsScalar)
        {
            found = scope.Schema.Find(argument.AsOid());
            shown = argument.AsOid().ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        else
        {
            QualifiedName name = SqlParser.ParseQualifiedName(argument.AsString());
            found = new ObjectNames(session, scope.Schema).FindRelation(name);
            shown = name.ToString();
        }

        return found switch
        {
            SequenceDescriptor sequence => sequence,
            null => throw new SqlException(SqlStates.UndefinedTable, $"relation \"{shown}\" does not exist"),
            _ => throw new SqlException(SqlStates.WrongObjectType, $"\"{found.Name}\" is not a sequence"),
        };
    }
}
