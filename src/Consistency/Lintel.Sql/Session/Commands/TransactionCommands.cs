using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.SchemaChanges;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Commands;

/// <summary>The statements that the session carries out inside a transaction: those that change the schema, and COPY.</summary>
internal sealed class TransactionCommands(SqlSession session)
{
    /// <summary>Carries one out.</summary>
    public async ValueTask<CommandTag> RunAsync(
        OpenTransaction transaction, Statement statement, IResultSink sink, CancellationToken cancellation)
    {
        SchemaEditor Editor(string command)
        {
            if (session.Block.IsInTransaction && session.Block.Modes.IsReadOnly)
                throw new SqlException(SqlStates.ReadOnlySqlTransaction, $"cannot execute {command} in a read-only transaction");
            return transaction.EditSchema(command);
        }

        switch (statement)
        {
            case CreateTableStatement create:
                await new CreateTable(session, Editor("CREATE TABLE")).RunAsync(create, cancellation);
                return new CommandTag("CREATE TABLE");
            default:
                sink.EndCopyOut();
                throw new SqlException(
                    SqlStates.FeatureNotSupported, $"{statement.GetType().Name} is not supported", statement.Position);
        }
    }
}
