using System.Text;
using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.Commands;

/// <summary>CREATE, ALTER and DROP ROLE: records of the system database, written by the transaction of the statement.</summary>
internal sealed class RoleCommands(SqlSession session, ITransaction writer)
{
    private const int NameBytesMax = 63;

    /// <summary>CREATE or ALTER ROLE, USER, GROUP.</summary>
    public async ValueTask CreateAsync(CreateRoleStatement statement, CancellationToken cancellation)
    {
        await RequireRightAsync(statement, cancellation);
        RoleDescriptor? role = await RoleRecords.FindAsync(writer, statement.Name, LockStrength.Exclusive, cancellation);
        if (statement.IsAlter && role is null) throw Missing(statement.Name);
        if (!statement.IsAlter)
        {
            if (role is not null)
                throw new SqlException(SqlStates.DuplicateObject, $"role \"{statement.Name}\" already exists");
            RequireName(statement.Name);
            role = new RoleDescriptor(await session.Engine.Ids.NextAsync(cancellation), statement.Name)
            {
                CanLogin = statement.IsUser,
            };
        }

        foreach (OptionSetting option in statement.Options) role = Apply(role!, option);
        await RoleRecords.PutAsync(writer, role!, cancellation);
    }

    /// <summary>DROP ROLE.</summary>
    public async ValueTask DropAsync(DropRoleStatement statement, DatabaseSchema schema, CancellationToken cancellation)
    {
        await RequireRightAsync("drop", isForSuperusers: false, cancellation);
        foreach (string name in statement.Names)
        {
            if (await RoleRecords.FindAsync(writer, name, LockStrength.Exclusive, cancellation) is null)
            {
                if (!statement.IfExists) throw Missing(name);
                session.Notice($"role \"{name}\" does not exist, skipping");
                continue;
            }

            if (name == session.SessionUser)
                throw new SqlException(SqlStates.ObjectInUse, "current user cannot be dropped");
            if (schema.Relations.OfType<TableDescriptor>().FirstOrDefault(table => table.Owner == name) is { } owned)
                throw new SqlException(
                    SqlStates.DependentObjectsStillExist,
                    $"role \"{name}\" cannot be dropped because some objects depend on it", detail: $"owner of table {owned.Name}");
            await RoleRecords.DeleteAsync(writer, name, cancellation);
        }
    }

    // Everybody may change their own password; the rest is for CREATEROLE, and what concerns superusers for them.
    private async ValueTask RequireRightAsync(CreateRoleStatement statement, CancellationToken cancellation)
    {
        bool isOwnPassword = statement.IsAlter && statement.Name == session.CurrentUser
            && statement.Options.All(option => option.Name == "password");
        if (isOwnPassword) return;
        RoleDescriptor? changed = statement.IsAlter
            ? await RoleRecords.FindAsync(writer, statement.Name, LockStrength.Shared, cancellation)
            : null;
        bool isForSuperusers = changed?.IsSuperuser == true
            || statement.Options.Any(option => option.Name is "superuser" or "replication" or "bypassrls");
        await RequireRightAsync(statement.IsAlter ? "alter" : "create", isForSuperusers, cancellation);
    }

    private async ValueTask RequireRightAsync(string verb, bool isForSuperusers, CancellationToken cancellation)
    {
        RoleDescriptor? self = await RoleRecords.FindAsync(writer, session.CurrentUser, LockStrength.Shared, cancellation);
        if (self is { IsSuperuser: true } || (self is { CanCreateRole: true } && !isForSuperusers)) return;
        throw new SqlException(
            SqlStates.InsufficientPrivilege,
            isForSuperusers ? $"must be superuser to {verb} superusers" : $"permission denied to {verb} role");
    }

    private RoleDescriptor Apply(RoleDescriptor role, OptionSetting option) => option.Name switch
    {
        "superuser" or "nosuperuser" => role with { IsSuperuser = option.Name[0] == 's' },
        "login" or "nologin" => role with { CanLogin = option.Name[0] == 'l' },
        "createdb" or "nocreatedb" => role with { CanCreateDatabase = option.Name[0] == 'c' },
        "createrole" or "nocreaterole" => role with { CanCreateRole = option.Name[0] == 'c' },
        "inherit" or "noinherit" => role with { Inherits = option.Name[0] == 'i' },
        "replication" or "noreplication" => role with { CanReplicate = option.Name[0] == 'r' },
        "bypassrls" or "nobypassrls" => role with { BypassesRowSecurity = option.Name[0] == 'b' },
        "connection_limit" => role with { ConnectionLimit = checked((int)OptionValues.Integer(option)) },
        "password" => role with { Verifier = VerifierOf(option) },
        "valid_until" => role with { ValidUntil = InstantOf(option) },
        _ => throw new SqlException(
            SqlStates.FeatureNotSupported, "memberships of roles are not supported", option.Position),
    };

    private string? VerifierOf(OptionSetting option)
    {
        if (option.Value is not StringLiteral password) return null;
        if (password.Value.Length == 0)
        {
            session.Notice("empty string is not a valid password, clearing password");
            return null;
        }

        return session.Engine.Options.PasswordVerifier is { } verifier
            ? verifier(password.Value)
            : throw new SqlException(
                SqlStates.FeatureNotSupported, "passwords are not kept here", option.Position);
    }

    private long InstantOf(OptionSetting option)
    {
        string text = OptionValues.Text(option)!;
        try
        {
            return TextFormat.Parse(text, SqlType.Timestamptz, session.TypeContext).AsInt64();
        }
        catch (SqlException wrong)
        {
            throw wrong.At(option.Position);
        }
    }

    private static void RequireName(string name)
    {
        if (name is "public" or "none" || name.StartsWith("pg_", StringComparison.Ordinal))
            throw new SqlException(SqlStates.ReservedName, $"role name \"{name}\" is reserved");
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > NameBytesMax)
            throw new SqlException(SqlStates.InvalidName, $"\"{name}\" is no role name");
    }

    private static SqlException Missing(string name) =>
        new(SqlStates.UndefinedObject, $"role \"{name}\" does not exist");
}
