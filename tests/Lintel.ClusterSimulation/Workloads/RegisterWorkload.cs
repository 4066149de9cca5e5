using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>Reads, blind writes and compare-and-sets of a few registers: linearizable, key by key.</summary>
public sealed class RegisterWorkload(World world) : Workload
{
    private const int Keys = 5;
    private readonly History<RegisterOperation> _history = new(() => world.TrueNow);
    private long _values;

    /// <inheritdoc/>
    public override string Name => "register";

    /// <inheritdoc/>
    public override KeySpan Span => KeySpan.Prefix(Key.FromText("r"));

    /// <inheritdoc/>
    public override IReadOnlyList<Key> Cuts => [KeyOf("r", 1), KeyOf("r", 2), KeyOf("r", 4)];

    /// <inheritdoc/>
    public override string Summary => $"{_history.OkCount} of {_history.Operations.Count} operations";

    /// <inheritdoc/>
    public override async Task StepAsync(Client client)
    {
        int key = client.Random.Next(Keys);
        switch (client.Random.Next(4))
        {
            case 0: await WriteAsync(client, key); break;
            case 1: await CompareAndSetAsync(client, key); break;
            case 2: await ReadLockedAsync(client, key); break;
            default: await ReadAsync(client, key); break;
        }
    }

    /// <inheritdoc/>
    public override async Task FinishAsync(Client client)
    {
        for (int key = 0; key < Keys; key++) await ReadAsync(client, key);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> Check() => RegisterChecker.Check(_history);

    private async Task WriteAsync(Client client, int key)
    {
        long value = ++_values;
        var operation = _history.Invoke(client.Number, new RegisterOperation(RegisterKind.Write, key, value));
        Close(operation, await client.TransactAsync(async t =>
        {
            await t.PutAsync(KeyOf("r", key), Encode(value));
            return operation.Payload;
        }));
    }

    private async Task CompareAndSetAsync(Client client, int key)
    {
        long value = ++_values;
        var asked = new RegisterOperation(RegisterKind.CompareAndSet, key, value);
        var operation = _history.Invoke(client.Number, asked);
        LockStrength strength = client.Random.Chance(0.5) ? LockStrength.Exclusive : LockStrength.Shared;
        bool agrees = client.Random.Chance(0.8);
        Close(operation, await client.TransactAsync(async t =>
        {
            long? found = Number(await t.GetAsync(KeyOf("r", key), strength));
            if (!agrees) return asked with { Kind = RegisterKind.Read, Value = found };
            await t.PutAsync(KeyOf("r", key), Encode(value));
            return asked with { Expected = found, Swapped = true };
        }));
    }

    private async Task ReadLockedAsync(Client client, int key)
    {
        var asked = new RegisterOperation(RegisterKind.Read, key, null);
        var operation = _history.Invoke(client.Number, asked);
        Close(operation, await client.TransactAsync(
            async t => asked with { Value = Number(await t.GetAsync(KeyOf("r", key))) }));
    }

    private async Task ReadAsync(Client client, int key)
    {
        var asked = new RegisterOperation(RegisterKind.Read, key, null);
        var operation = _history.Invoke(client.Number, asked);
        Close(operation, await client.ReadAsync(
            SnapshotBound.Strong, async reader => asked with { Value = Number(await reader.GetAsync(KeyOf("r", key))) }));
    }

    // In doubt, a compare-and-set is known by what it found, when it got that far; when not, it wrote nothing.
    private static void Close(Operation<RegisterOperation> operation, ClientAnswer<RegisterOperation> answer)
    {
        if (answer.IsOk) operation.Succeed(answer.Value!);
        else if (answer.Kind == AnswerKind.Fail) operation.Fail();
        else if (answer.Value is { } tried) operation.Doubt(tried);
    }
}
