using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>Chains that one client writes link by link, and others read from the last link to the first.</summary>
public sealed class SequentialWorkload(World world) : Workload
{
    private const int Links = 4;
    private readonly History<SequentialOperation> _history = new(() => world.TrueNow);
    private readonly List<int> _begun = [];
    private int _chains;

    /// <inheritdoc/>
    public override string Name => "sequential";

    /// <inheritdoc/>
    public override KeySpan Span => KeySpan.Prefix(Key.FromText("q"));

    // A chain has one link in each of the spans below q1, q2, q3 and above.
    /// <inheritdoc/>
    public override IReadOnlyList<Key> Cuts => [Key.FromText("q1"), Key.FromText("q2"), Key.FromText("q3")];

    /// <inheritdoc/>
    public override string Summary => $"{_history.OkCount} of {_history.Operations.Count} links and reads";

    /// <inheritdoc/>
    public override async Task StepAsync(Client client)
    {
        if (client.Random.Chance(0.3) || _begun.Count == 0) await WriteAsync(client, _chains++);
        else await ReadAsync(client, _begun[^(1 + client.Random.Next(Math.Min(3, _begun.Count)))]);
    }

    /// <inheritdoc/>
    public override async Task FinishAsync(Client client)
    {
        foreach (int chain in _begun) await ReadAsync(client, chain);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> Check() => SequentialChecker.Check(_history);

    private async Task WriteAsync(Client client, int chain)
    {
        _begun.Add(chain);
        for (int link = 0; link < Links; link++)
        {
            var operation = _history.Invoke(client.Number, new SequentialOperation.Write(chain, link));
            Key key = KeyOf($"q{link}", chain);
            ClientAnswer<bool> answer = await client.TransactAsync(async t =>
            {
                await t.PutAsync(key, Encode(1));
                return true;
            });
            if (answer.IsOk) operation.Succeed(operation.Payload);
            else if (answer.Kind == AnswerKind.Fail) operation.Fail();
            if (!answer.IsOk) return;
        }
    }

    private async Task ReadAsync(Client client, int chain)
    {
        var operation = _history.Invoke(client.Number, new SequentialOperation.Read(chain, null));
        var written = new bool[Links];
        for (int link = Links - 1; link >= 0; link--)
        {
            Key key = KeyOf($"q{link}", chain);
            ClientAnswer<bool> answer = await client.ReadAsync(
                SnapshotBound.Strong, async reader => await reader.GetAsync(key) is not null);
            if (!answer.IsOk)
            {
                operation.Fail();
                return;
            }

            written[link] = answer.Value;
        }

        operation.Succeed(new SequentialOperation.Read(chain, written));
    }
}
