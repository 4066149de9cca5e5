using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>Keys that are written once, read in groups: no two reads see two writes in opposite orders.</summary>
public sealed class LongForkWorkload(World world) : Workload
{
    private const int GroupSize = 4;
    private readonly History<LongForkOperation> _history = new(() => world.TrueNow);
    private readonly Queue<int> _unwritten = new();
    private int _groups;

    /// <inheritdoc/>
    public override string Name => "long-fork";

    /// <inheritdoc/>
    public override KeySpan Span => KeySpan.Prefix(Key.FromText("f"));

    // A group has one key in each of the spans below f1, f2, f3 and above.
    /// <inheritdoc/>
    public override IReadOnlyList<Key> Cuts => [Key.FromText("f1"), Key.FromText("f2"), Key.FromText("f3")];

    /// <inheritdoc/>
    public override string Summary => $"{_history.OkCount} of {_history.Operations.Count} writes and reads";

    /// <inheritdoc/>
    public override Task StepAsync(Client client)
    {
        if (_unwritten.Count == 0)
        {
            for (int i = 0; i < GroupSize; i++) _unwritten.Enqueue((_groups * GroupSize) + i);
            _groups++;
        }

        return client.Random.Chance(0.4)
            ? WriteAsync(client, _unwritten.Dequeue())
            : ReadAsync(client, Math.Max(0, _groups - 1 - client.Random.Next(2)));
    }

    /// <inheritdoc/>
    public override async Task FinishAsync(Client client)
    {
        for (int group = 0; group < _groups; group++) await ReadAsync(client, group);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> Check() => LongForkChecker.Check(_history);

    private static Key KeyOf(int key) => KeyOf($"f{key % GroupSize}", key / GroupSize);

    private async Task WriteAsync(Client client, int key)
    {
        var operation = _history.Invoke(client.Number, new LongForkOperation.Write(key));
        Close(operation, await client.TransactAsync(async t =>
        {
            await t.PutAsync(KeyOf(key), Encode(1));
            return operation.Payload;
        }));
    }

    private async Task ReadAsync(Client client, int group)
    {
        var operation = _history.Invoke(client.Number, new LongForkOperation.Read(group, null));
        Key[] keys = [.. Enumerable.Range(0, GroupSize).Select(i => KeyOf((group * GroupSize) + i))];
        async Task<LongForkOperation> Body(IKeyReader reader)
        {
            var values = await reader.GetManyAsync(keys);
            return new LongForkOperation.Read(group, [.. values.Select(value => value is not null)]);
        }

        // Also a read of the past forks with nobody: it sees a prefix of one order.
        SnapshotBound bound = client.Random.Chance(0.5)
            ? SnapshotBound.Strong
            : SnapshotBound.StaleBy(client.Random.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500)));
        Close(operation, client.Random.Chance(0.25)
            ? await client.TransactAsync(Body)
            : await client.ReadAsync(bound, Body));
    }

    private static void Close(Operation<LongForkOperation> operation, ClientAnswer<LongForkOperation> answer)
    {
        if (answer.IsOk) operation.Succeed(answer.Value!);
        else if (answer.Kind == AnswerKind.Fail) operation.Fail();
    }
}
