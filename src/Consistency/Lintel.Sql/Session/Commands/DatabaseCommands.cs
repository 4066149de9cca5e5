using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Commands;

/// <summary>CREATE DATABASE and DROP DATABASE: transactions of the system database, so never part of another one.</summary>
internal static class DatabaseCommands
{
    /// <summary>Whether a statement is one of them.</summary>
    public static bool Takes(Statement statement) => statement is CreateDatabaseStatement or DropDatabaseStatement;

    /// <summary>The error of one that stands in a transaction.</summary>
    public static SqlException InTransaction(Statement statement) => new(
        SqlStates.ActiveSqlTransaction,
        $"{(statement is CreateDatabaseStatement ? "CREATE" : "DROP")} DATABASE cannot run inside a transaction block");

    /// <summary>Carries one out.</summary>
    public static async ValueTask<CommandTag> RunAsync(
        SqlSession session, Statement statement, CancellationToken cancellation)
    {
        DatabaseCatalog databases = session.Engine.Databases;
        if (statement is CreateDatabaseStatement create)
        {
            await databases.CreateAsync(create.Name, GroupOf(create), session.CurrentUser, cancellation);
            return new CommandTag("CREATE DATABASE");
        }

        var drop = (DropDatabaseStatement)statement;
        if (drop.Name == session.Database.Name)
            throw new SqlException(SqlStates.ObjectInUse, "cannot drop the currently open database");
        DatabaseDescriptor? dropped = await databases.DropAsync(drop.Name, cancellation);
        if (dropped is null)
        {
            string message = $"database \"{drop.Name}\" does not exist";
            if (!drop.IfExists) throw new SqlException(SqlStates.InvalidCatalogName, message);
            session.Notice(message + ", skipping");
        }
        else
        {
            session.Engine.Schemas.Forget(dropped.Id);
            session.Engine.Leases?.Forget(dropped.Id);
        }

        return new CommandTag("DROP DATABASE");
    }

    /// <summary>The placement that the new database follows; options that would mean something else are refused.</summary>
    private static string? GroupOf(CreateDatabaseStatement create)
    {
        string? group = null;
        foreach (OptionSetting option in create.Options)
        {
            string value = OptionValues.Text(option) ?? "";
            bool isHarmless = option.Name switch
            {
                "owner" or "connection_limit" or "is_template" or "allow_connections" or "strategy" => true,
                "template" => value is "template0" or "template1" or "default",
                "encoding" => value.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant() is "UTF8" or "DEFAULT" or "UNICODE" or "6",
                "lc_collate" or "lc_ctype" or "locale" or "icu_locale" => value is "C" or "POSIX" or "default" or "C.UTF-8" or "C.utf8",
                "tablespace" => value is "pg_default" or "default",
                "locale_provider" => value is "libc",
                _ => false,
            };
            if (option.Name is "resource_group") group = value;
            else if (!isHarmless)
                throw new SqlException(
                    SqlStates.FeatureNotSupported, $"CREATE DATABASE option {option.Name} = {value} is not supported", option.Position);
        }

        return group;
    }
}
