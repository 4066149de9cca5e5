using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>Blind inserts far apart, and reads of all of them: no effect shows without its cause.</summary>
public sealed class CommentsWorkload(World world) : Workload
{
    private readonly History<CommentsOperation> _history = new(() => world.TrueNow);
    private int _comments;

    /// <inheritdoc/>
    public override string Name => "comments";

    /// <inheritdoc/>
    public override KeySpan Span => KeySpan.Prefix(Key.FromText("c"));

    /// <inheritdoc/>
    public override IReadOnlyList<Key> Cuts => [Key.FromText("c1"), Key.FromText("c2"), Key.FromText("c3")];

    /// <inheritdoc/>
    public override string Summary => $"{_history.OkCount} of {_history.Operations.Count} inserts and reads";

    /// <inheritdoc/>
    public override Task StepAsync(Client client) => client.Random.Chance(0.6) ? InsertAsync(client) : ReadAsync(client);

    /// <inheritdoc/>
    public override Task FinishAsync(Client client) => ReadAsync(client);

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> Check() => CommentsChecker.Check(_history);

    private async Task InsertAsync(Client client)
    {
        int id = _comments++;
        var operation = _history.Invoke(client.Number, new CommentsOperation.Insert(id));
        Key key = KeyOf($"c{client.Random.Next(4)}", id);
        ClientAnswer<bool> answer = await client.TransactAsync(async t =>
        {
            await t.PutAsync(key, Encode(id));
            return true;
        });
        if (answer.IsOk) operation.Succeed(operation.Payload);
        else if (answer.Kind == AnswerKind.Fail) operation.Fail();
    }

    private async Task ReadAsync(Client client)
    {
        var operation = _history.Invoke(client.Number, new CommentsOperation.Read(null));
        async Task<CommentsOperation> Body(IKeyReader reader)
        {
            List<KeyRow> rows = await RowsAsync(reader, Span);
            return new CommentsOperation.Read([.. rows.Select(row => Number(row.Value)!.Value)]);
        }

        ClientAnswer<CommentsOperation> answer = client.Random.Chance(0.3)
            ? await client.TransactAsync(Body)
            : await client.ReadAsync(SnapshotBound.Strong, Body);
        if (answer.IsOk) operation.Succeed(answer.Value!);
        else operation.Fail();
    }
}
