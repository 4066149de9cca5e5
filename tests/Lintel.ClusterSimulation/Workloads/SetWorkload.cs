using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>A set that only grows, some elements in one transaction: nothing acknowledged is ever missing (I10).</summary>
public sealed class SetWorkload(World world) : Workload
{
    private readonly History<SetOperation> _history = new(() => world.TrueNow);
    private int _elements;
    private IReadOnlyList<long> _end = [];

    /// <inheritdoc/>
    public override string Name => "set";

    /// <inheritdoc/>
    public override KeySpan Span => KeySpan.Prefix(Key.FromText("s"));

    /// <inheritdoc/>
    public override IReadOnlyList<Key> Cuts => [KeyOf("s", 2500), KeyOf("s", 5000), KeyOf("s", 7500)];

    /// <inheritdoc/>
    public override string Summary => $"{_history.OkCount} of {_history.Operations.Count} additions and reads";

    /// <inheritdoc/>
    public override Task StepAsync(Client client) => client.Random.Chance(0.75) ? AddAsync(client) : ReadAsync(client);

    /// <inheritdoc/>
    public override Task FinishAsync(Client client) => ReadAsync(client);

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> Check() => SetChecker.Check(_history);

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> CheckEnd()
    {
        var end = new HashSet<long>(_end);
        var anomalies = new List<Anomaly>();
        foreach (Operation<SetOperation> operation in _history.Operations)
        {
            if (operation is { Outcome: OperationOutcome.Ok, Payload: SetOperation.Add add } && !end.Contains(add.Element))
                anomalies.Add(new Anomaly("I10 lost", $"{operation}"));
        }

        return anomalies;
    }

    // Elements are spread over the key space; several in one transaction are several operations that share a fate.
    private async Task AddAsync(Client client)
    {
        int count = client.Random.Chance(0.3) ? client.Random.Next(2, 9) : 1;
        var added = new List<(int Element, Operation<SetOperation> Operation)>();
        for (int i = 0; i < count; i++)
        {
            int element = _elements++ * 7919 % 10_000;
            added.Add((element, _history.Invoke(client.Number, new SetOperation.Add(element))));
        }

        ClientAnswer<bool> answer = await client.TransactAsync(async t =>
        {
            foreach ((int element, _) in added) await t.InsertAsync(KeyOf("s", element), Encode(element));
            return true;
        });
        foreach ((_, Operation<SetOperation> operation) in added)
        {
            if (answer.IsOk) operation.Succeed(operation.Payload);
            else if (answer.Kind == AnswerKind.Fail) operation.Fail();
        }
    }

    private async Task ReadAsync(Client client)
    {
        var operation = _history.Invoke(client.Number, new SetOperation.Read(null));
        ClientAnswer<SetOperation> answer = await client.ReadAsync<SetOperation>(SnapshotBound.Strong, async reader =>
        {
            List<KeyRow> rows = await RowsAsync(reader, Span);
            return new SetOperation.Read([.. rows.Select(row => Number(row.Value)!.Value)]);
        });
        if (!answer.IsOk)
        {
            operation.Fail();
            return;
        }

        operation.Succeed(answer.Value!);
        _end = ((SetOperation.Read)answer.Value!).Elements!;
    }
}
