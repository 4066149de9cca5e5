using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>Transfers between accounts, and audits of all of them at one timestamp: the total never changes (I6).</summary>
public sealed class BankWorkload(World world) : Workload
{
    private const int Accounts = 8;
    private const long Each = 100;
    private readonly History<BankOperation> _history = new(() => world.TrueNow);
    private Timestamp _opened;

    /// <inheritdoc/>
    public override string Name => "bank";

    /// <inheritdoc/>
    public override KeySpan Span => KeySpan.Prefix(Key.FromText("b"));

    /// <inheritdoc/>
    public override IReadOnlyList<Key> Cuts => [KeyOf("b", 2), KeyOf("b", 4), KeyOf("b", 6)];

    /// <inheritdoc/>
    public override string Summary => $"{_history.OkCount} of {_history.Operations.Count} transfers and audits";

    /// <inheritdoc/>
    public override async Task SetUpAsync(Client client)
    {
        while (_opened == Timestamp.Zero)
        {
            ClientAnswer<bool> answer = await client.TransactAsync(async t =>
            {
                for (int account = 0; account < Accounts; account++) await t.PutAsync(KeyOf("b", account), Encode(Each));
                return true;
            });
            _opened = answer.At;
        }
    }

    /// <inheritdoc/>
    public override Task StepAsync(Client client) => client.Random.Next(4) switch
    {
        0 => AuditAsync(client, BoundFor(client)),
        1 => AuditLockedAsync(client),
        _ => TransferAsync(client),
    };

    /// <inheritdoc/>
    public override Task FinishAsync(Client client) => AuditAsync(client, SnapshotBound.Strong);

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> Check() => BankChecker.Check(_history, Accounts, Accounts * Each);

    private SnapshotBound BoundFor(Client client)
    {
        if (client.Random.Chance(0.5)) return SnapshotBound.Strong;
        Timestamp at = world.TrueNow - client.Random.Between(TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(900));
        return SnapshotBound.Exactly(Timestamp.Later(at, _opened));
    }

    private async Task AuditAsync(Client client, SnapshotBound bound)
    {
        var operation = _history.Invoke(client.Number, new BankOperation.Audit(null));
        Close(operation, await client.ReadAsync(bound, AuditOf));
    }

    private async Task AuditLockedAsync(Client client)
    {
        var operation = _history.Invoke(client.Number, new BankOperation.Audit(null));
        Close(operation, await client.TransactAsync(AuditOf));
    }

    private async Task<BankOperation> AuditOf(IKeyReader reader)
    {
        List<KeyRow> rows = await RowsAsync(reader, Span);
        return new BankOperation.Audit([.. rows.Select(row => Number(row.Value)!.Value)]);
    }

    private async Task TransferAsync(Client client)
    {
        int from = client.Random.Next(Accounts);
        int to = (from + 1 + client.Random.Next(Accounts - 1)) % Accounts;
        long amount = client.Random.Next(1, 20);
        LockStrength strength = client.Random.Chance(0.5) ? LockStrength.Exclusive : LockStrength.Shared;
        var operation = _history.Invoke(client.Number, new BankOperation.Transfer(from, to, amount));
        Close(operation, await client.TransactAsync(async t =>
        {
            var found = await t.GetManyAsync([KeyOf("b", from), KeyOf("b", to)], strength);
            long left = Number(found[0])!.Value - amount;
            if (left < 0) return operation.Payload;
            await t.PutAsync(KeyOf("b", from), Encode(left));
            await t.PutAsync(KeyOf("b", to), Encode(Number(found[1])!.Value + amount));
            return operation.Payload;
        }));
    }

    private static void Close(Operation<BankOperation> operation, ClientAnswer<BankOperation> answer)
    {
        if (answer.IsOk) operation.Succeed(answer.Value!);
        else if (answer.Kind == AnswerKind.Fail) operation.Fail();
    }
}
