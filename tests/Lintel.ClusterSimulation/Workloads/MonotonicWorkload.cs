using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>Inserts of the largest value plus one: unique, and in the order of timestamps and of real time.</summary>
public sealed class MonotonicWorkload(World world) : Workload
{
    private readonly History<MonotonicInsert> _history = new(() => world.TrueNow);

    /// <inheritdoc/>
    public override string Name => "monotonic";

    /// <inheritdoc/>
    public override KeySpan Span => KeySpan.Prefix(Key.FromText("m"));

    /// <inheritdoc/>
    public override IReadOnlyList<Key> Cuts => [KeyOf("m", 20), KeyOf("m", 60), KeyOf("m", 120)];

    /// <inheritdoc/>
    public override string Summary => $"{_history.OkCount} of {_history.Operations.Count} inserts";

    /// <inheritdoc/>
    public override async Task StepAsync(Client client)
    {
        var operation = _history.Invoke(client.Number, new MonotonicInsert(null, default));
        ClientAnswer<long> answer = await client.TransactAsync(async t =>
        {
            ScanPage page;
            KeySpan rest = Span;
            do
            {
                page = await t.ScanAsync(rest, new ScanOptions(1, Descending: true));
                rest = page.Rest;
            }
            while (page.Rows.Count == 0 && !page.IsLast);
            long next = page.Rows.Count == 0 ? 0 : Number(page.Rows[0].Value)!.Value + 1;
            await t.InsertAsync(KeyOf("m", (int)next), Encode(next));
            return next;
        });
        if (answer.IsOk) operation.Succeed(new MonotonicInsert(answer.Value, answer.At));
        else if (answer.Kind == AnswerKind.Fail) operation.Fail();
    }

    /// <inheritdoc/>
    public override Task FinishAsync(Client client) => StepAsync(client);

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> Check() => MonotonicChecker.Check(_history);
}
