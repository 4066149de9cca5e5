using System.Security.Cryptography;
using Lintel.Identity.Scram;
using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Identity.Users;

/// <summary>
/// The users of the cluster, for whoever has to let them in: roles of the system database and what is kept of their
/// passwords. SQL's CREATE, ALTER and DROP ROLE write the same records.
/// </summary>
/// <param name="transactions">Where the records are.</param>
/// <param name="time">Against which VALID UNTIL is held.</param>
/// <param name="ids">Draws the oids of new roles.</param>
public sealed class UserDirectory(ITransactionSource transactions, TimeProvider time, IdAllocator ids)
{
    private const int SecretLength = 32;
    private const int NameBytesMax = 63;
    private static readonly Key SecretKey = KeySpace.RecordOf("identity/mock-secret");
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private byte[]? _secret;

    /// <summary>
    /// Makes sure that the first superuser exists, and the secret behind mock exchanges. Idempotent; any node may call it.
    /// </summary>
    /// <param name="superuser">Name of the first superuser; an existing role of that name stays as it is.</param>
    /// <param name="password">Its password, or null for none: it can then only come in where trust is configured.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask StartAsync(string superuser, string? password = null, CancellationToken cancellation = default)
    {
        _secret = await transactions.RunAsync("identity secret", ReadOrMakeSecretAsync, cancellation);
        string? verifier = password is null ? null : ScramVerifier.Encode(password);
        await transactions.RunAsync(
            "first superuser",
            async transaction =>
            {
                if (await RoleRecords.FindAsync(transaction, superuser, LockStrength.Exclusive, cancellation) is not null)
                    return false;
                await RoleRecords.PutAsync(
                    transaction,
                    new RoleDescriptor(RoleDescriptor.BootstrapOid, superuser)
                    {
                        IsSuperuser = true, CanLogin = true, CanCreateDatabase = true, CanCreateRole = true,
                        CanReplicate = true, BypassesRowSecurity = true, Verifier = verifier,
                    },
                    cancellation);
                return true;
            },
            cancellation);
    }

    /// <summary>The role of that name, or null. A strong read.</summary>
    public async ValueTask<RoleDescriptor?> FindAsync(string name, CancellationToken cancellation = default)
    {
        await using ISnapshotReader reader = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        return await RoleRecords.FindAsync(reader, name, cancellation: cancellation);
    }

    /// <summary>All roles, by name. A strong read.</summary>
    public async ValueTask<IReadOnlyList<RoleDescriptor>> ListAsync(CancellationToken cancellation = default)
    {
        await using ISnapshotReader reader = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        return await RoleRecords.ListAsync(reader, cancellation);
    }

    /// <summary>Creates a user that may log in with a password. 42710 when there is a role of that name.</summary>
    public async ValueTask<RoleDescriptor> CreateAsync(
        string name, string password, bool isSuperuser = false, CancellationToken cancellation = default)
    {
        if (name.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(name) > NameBytesMax)
            throw new SqlException(SqlStates.InvalidName, $"\"{name}\" is no role name");
        var role = new RoleDescriptor(await ids.NextAsync(cancellation), name)
        {
            CanLogin = true, IsSuperuser = isSuperuser, Verifier = ScramVerifier.Encode(password),
        };
        return await transactions.RunAsync(
            "create user",
            async transaction =>
            {
                if (await RoleRecords.FindAsync(transaction, name, LockStrength.Exclusive, cancellation) is not null)
                    throw new SqlException(SqlStates.DuplicateObject, $"role \"{name}\" already exists");
                await RoleRecords.PutAsync(transaction, role, cancellation);
                return role;
            },
            cancellation);
    }

    /// <summary>Gives a role another password, or none. 42704 when there is no such role.</summary>
    public ValueTask<RoleDescriptor> SetPasswordAsync(
        string name, string? password, CancellationToken cancellation = default)
    {
        string? verifier = password is null ? null : ScramVerifier.Encode(password);
        return transactions.RunAsync(
            "set password",
            async transaction =>
            {
                RoleDescriptor role = await RoleRecords.FindAsync(transaction, name, LockStrength.Exclusive, cancellation)
                    ?? throw Missing(name);
                role = role with { Verifier = verifier };
                await RoleRecords.PutAsync(transaction, role, cancellation);
                return role;
            },
            cancellation);
    }

    /// <summary>Removes a role. 42704 when there is none.</summary>
    public async ValueTask DropAsync(string name, CancellationToken cancellation = default) =>
        await transactions.RunAsync(
            "drop user",
            async transaction =>
            {
                if (await RoleRecords.FindAsync(transaction, name, LockStrength.Exclusive, cancellation) is null)
                    throw Missing(name);
                await RoleRecords.DeleteAsync(transaction, name, cancellation);
                return true;
            },
            cancellation);

    /// <summary>
    /// A SCRAM exchange for whoever says to be <paramref name="name"/>. For a user that does not exist, may not log in, has
    /// no password or an expired one it is a mock exchange, which looks the same until it is rejected at its end.
    /// </summary>
    public async ValueTask<ScramExchange> BeginScramAsync(string name, CancellationToken cancellation = default)
    {
        RoleDescriptor? role = await FindAsync(name, cancellation);
        if (role is { CanLogin: true } && IsValid(role) && ScramVerifier.TryParse(role.Verifier, out ScramVerifier? verifier))
            return new ScramExchange(verifier!, isReal: true);
        _secret ??= await transactions.RunAsync("identity secret", ReadOrMakeSecretAsync, cancellation);
        return new ScramExchange(ScramVerifier.Mock(name, _secret), isReal: false);
    }

    private bool IsValid(RoleDescriptor role)
    {
        if (role.ValidUntil is not { } until || until == long.MaxValue) return true;
        return until > (time.GetUtcNow() - Epoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }

    private static async ValueTask<byte[]> ReadOrMakeSecretAsync(ITransaction transaction)
    {
        if (await transaction.GetAsync(SecretKey, LockStrength.Exclusive) is { } stored) return stored.ToArray();
        byte[] secret = RandomNumberGenerator.GetBytes(SecretLength);
        await transaction.PutAsync(SecretKey, secret);
        return secret;
    }

    private static SqlException Missing(string name) =>
        new(SqlStates.UndefinedObject, $"role \"{name}\" does not exist");
}
