using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Sql.Catalog.Leases;
using Lintel.Sql.Session;
using Lintel.Transactions.Api;
using Lintel.Transactions.Reference;

namespace Lintel.Sql.Tests.Session;

/// <summary>An engine over transactions in memory, and its sessions by name. Time moves when it is told to.</summary>
internal sealed class SessionWorld
{
    private readonly Dictionary<string, TestClient> _clients = [];

    public SessionWorld(
        Func<ITransactionSource, ITransactionSource>? wrap = null, SqlLimits? limits = null, SchemaLeaseOptions? leases = null)
    {
        ITransactionSource memory = new MemoryTransactionSource(Time);
        Transactions = wrap is null ? memory : wrap(memory);
        Engine = AddEngine(1, leases, limits);
    }

    public SteppedTime Time { get; } = new();

    public ITransactionSource Transactions { get; }

    public SqlEngine Engine { get; }

    /// <summary>Another node over the same store.</summary>
    public SqlEngine AddEngine(ulong node, SchemaLeaseOptions? leases, SqlLimits? limits = null) =>
        new(new SqlEngineOptions(Transactions, Time, Time, new Prng(node), new NodeId(node), limits, Leases: leases));

    /// <summary>The session of that name, connected at its first use.</summary>
    public async Task<TestClient> ClientAsync(
        string name = "a", string database = "postgres", params KeyValuePair<string, string>[] settings)
    {
        if (_clients.TryGetValue(name, out TestClient? client)) return client;
        await Engine.StartAsync();
        client = await TestClient.ConnectAsync(Engine, database, settings);
        _clients.Add(name, client);
        return client;
    }
}
