using Lintel.Primitives.Keys;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog;

/// <summary>
/// The databases of the cluster: rows of the system database, which is itself a database named <c>lintel</c>. SQL's
/// CREATE DATABASE and the control plane both come here.
/// </summary>
public sealed class DatabaseCatalog(ITransactionSource transactions, IdAllocator ids)
{
    /// <summary>Name of the system database.</summary>
    public const string SystemName = "lintel";

    /// <summary>Name of the database that clients connect to when they know no other, as in PostgreSQL.</summary>
    public const string DefaultName = "postgres";

    /// <summary>The system database.</summary>
    public static DatabaseDescriptor System { get; } = new(KeySpace.SystemDatabase, SystemName, null, "lintel");

    /// <summary>Makes the database <c>postgres</c> if there is none. Idempotent.</summary>
    public async ValueTask EnsureDefaultAsync(CancellationToken cancellation)
    {
        if (await FindAsync(DefaultName, cancellation) is not null) return;
        uint id = await ids.NextAsync(cancellation);
        await transactions.RunAsync(
            "create default database",
            async transaction =>
            {
                Key key = CatalogKeys.Database(DefaultName);
                if (await transaction.GetAsync(key, LockStrength.Exclusive, cancellation) is not null) return false;
                var database = new DatabaseDescriptor(id, DefaultName, null);
                await transaction.PutAsync(key, DescriptorCodec.Encode(database), cancellation);
                return true;
            },
            cancellation);
    }

    /// <summary>
    /// Creates an empty database whose splits follow <paramref name="resourceGroup"/>. Throws 42P04 when the name is
    /// taken and 42602 when it is no name.
    /// </summary>
    public async ValueTask<DatabaseDescriptor> CreateAsync(
        string name, string? resourceGroup, string? owner = null, CancellationToken cancellation = default)
    {
        if (name.Length is 0 or > 63) throw new SqlException(SqlStates.InvalidName, $"\"{name}\" is no database name");
        uint id = await ids.NextAsync(cancellation);
        var database = new DatabaseDescriptor(id, name, resourceGroup, owner);
        return await transactions.RunAsync(
            "create database",
            async transaction =>
            {
                Key key = CatalogKeys.Database(name);
                bool taken = name == SystemName
                    || await transaction.GetAsync(key, LockStrength.Exclusive, cancellation) is not null;
                if (taken) throw new SqlException(SqlStates.DuplicateDatabase, $"database \"{name}\" already exists");
                await transaction.PutAsync(key, DescriptorCodec.Encode(database), cancellation);
                return database;
            },
            cancellation);
    }

    /// <summary>
    /// Forgets a database: its name is free at once; what it stored is left for the cleaner. Returns it, or null when
    /// there was none.
    /// </summary>
    public ValueTask<DatabaseDescriptor?> DropAsync(string name, CancellationToken cancellation = default)
    {
        if (name == SystemName)
            throw new SqlException(SqlStates.ObjectInUse, "the system database cannot be dropped");
        return transactions.RunAsync<DatabaseDescriptor?>(
            "drop database",
            async transaction =>
            {
                Key key = CatalogKeys.Database(name);
                ReadOnlyMemory<byte>? stored = await transaction.GetAsync(key, LockStrength.Exclusive, cancellation);
                if (stored is null) return null;
                DatabaseDescriptor database = DescriptorCodec.DecodeDatabase(stored.Value);
                await transaction.DeleteAsync(key, cancellation);
                long version = await CatalogRecords.ReadVersionAsync(
                    transaction, database.Id, LockStrength.Exclusive, cancellation);
                await CatalogRecords.WriteVersionAsync(transaction, database.Id, version + 1, cancellation);
                await transaction.PutAsync(
                    CatalogKeys.Abandoned(KeySpace.SystemDatabase, database.Id), CatalogKeys.Encode(-1), cancellation);
                return database;
            },
            cancellation);
    }

    /// <summary>The database of that name, or null. A strong read.</summary>
    public async ValueTask<DatabaseDescriptor?> FindAsync(string name, CancellationToken cancellation = default)
    {
        if (name == SystemName) return System;
        await using ISnapshotReader reader = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        ReadOnlyMemory<byte>? stored = await reader.GetAsync(CatalogKeys.Database(name), cancellation: cancellation);
        return stored is null ? null : DescriptorCodec.DecodeDatabase(stored.Value);
    }

    /// <summary>All databases, the system database first, the others by name.</summary>
    public async ValueTask<IReadOnlyList<DatabaseDescriptor>> ListAsync(CancellationToken cancellation = default)
    {
        await using ISnapshotReader reader = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        return await ListAsync(reader, cancellation);
    }

    /// <summary>All databases as <paramref name="reader"/> sees them.</summary>
    public static async ValueTask<IReadOnlyList<DatabaseDescriptor>> ListAsync(
        IKeyReader reader, CancellationToken cancellation)
    {
        var databases = new List<DatabaseDescriptor> { System };
        KeySpan rest = CatalogKeys.Databases;
        while (!rest.IsEmpty)
        {
            ScanPage page = await reader.ScanAsync(rest, default, cancellation);
            foreach (KeyRow row in page.Rows) databases.Add(DescriptorCodec.DecodeDatabase(row.Value));
            rest = page.Rest;
        }

        return databases;
    }
}
