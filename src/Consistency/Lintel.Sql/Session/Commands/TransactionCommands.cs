using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Copy;
using Lintel.Sql.Session.SchemaChanges;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.Commands;

/// <summary>The statements that the session carries out inside a transaction: those that change the schema, and COPY.</summary>
internal sealed class TransactionCommands(SqlSession session)
{
    /// <summary>Carries one out.</summary>
    public async ValueTask<CommandTag> RunAsync(
        OpenTransaction transaction, Statement statement, IResultSink sink, CancellationToken cancellation)
    {
        switch (statement)
        {
            case CopyStatement copy:
                return await new CopyCommand(session, transaction).RunAsync(copy, sink, cancellation);
            case CreateTableAsStatement create:
                return await new CreateTableAs(session, Edit(transaction, "CREATE TABLE AS")).RunAsync(create, cancellation);
            default:
                return new CommandTag(await ChangeSchemaAsync(transaction, statement, cancellation));
        }
    }

    private async ValueTask<string> ChangeSchemaAsync(
        OpenTransaction transaction, Statement statement, CancellationToken cancellation)
    {
        switch (statement)
        {
            case CreateTableStatement create:
                await new CreateTable(session, Edit(transaction, "CREATE TABLE")).RunAsync(create, cancellation);
                return "CREATE TABLE";
            case CreateIndexStatement create:
                await new CreateIndex(session, Edit(transaction, "CREATE INDEX")).RunAsync(create, cancellation);
                return "CREATE INDEX";
            case AlterTableStatement alter:
                await new AlterTable(session, Edit(transaction, "ALTER TABLE")).RunAsync(alter, cancellation);
                return "ALTER TABLE";
            case TruncateStatement truncate:
                await new TruncateTables(session, Edit(transaction, "TRUNCATE TABLE")).RunAsync(truncate, cancellation);
                return "TRUNCATE TABLE";
            case CreateSchemaStatement create:
                await new Renames(session, Edit(transaction, "CREATE SCHEMA")).CreateSchemaAsync(create, cancellation);
                return "CREATE SCHEMA";
            case RenameStatement rename:
                return await new Renames(session, Edit(transaction, "ALTER")).RunAsync(rename, cancellation);
            case DropStatement drop:
                return await new DropObjects(session, Edit(transaction, "DROP")).RunAsync(drop, cancellation);
            case CommentStatement:
                throw NotSupported("COMMENT", statement);
            case CreateRoleStatement role:
                await new RoleCommands(session, Writer(transaction, "CREATE ROLE")).CreateAsync(role, cancellation);
                return role.IsAlter ? "ALTER ROLE" : "CREATE ROLE";
            case DropRoleStatement drop:
                await new RoleCommands(session, Writer(transaction, "DROP ROLE")).DropAsync(drop, transaction.Schema, cancellation);
                return "DROP ROLE";
            default:
                throw NotSupported(statement.GetType().Name, statement);
        }
    }

    private SchemaEditor Edit(OpenTransaction transaction, string command)
    {
        Writer(transaction, command);
        return transaction.EditSchema(command);
    }

    private ITransaction Writer(OpenTransaction transaction, string command)
    {
        bool isReadOnly = session.Block.IsInTransaction && session.Block.Modes.IsReadOnly;
        return (isReadOnly ? null : transaction.Writer) ?? throw new SqlException(
            SqlStates.ReadOnlySqlTransaction, $"cannot execute {command} in a read-only transaction");
    }

    private static SqlException NotSupported(string what, Statement statement) =>
        new(SqlStates.FeatureNotSupported, $"{what} is not supported", statement.Position);
}
