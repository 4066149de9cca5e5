using System.Globalization;
using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>Transactions that append to lists and read them: no cycle of dependencies, real time included.</summary>
public sealed class AppendWorkload(World world) : Workload
{
    private const int Keys = 6;
    private readonly History<AppendTransaction> _history = new(() => world.TrueNow);
    private long _values;

    /// <inheritdoc/>
    public override string Name => "append";

    /// <inheritdoc/>
    public override KeySpan Span => KeySpan.Prefix(Key.FromText("k"));

    /// <inheritdoc/>
    public override IReadOnlyList<Key> Cuts => [KeyOf("k", 1), KeyOf("k", 3), KeyOf("k", 5)];

    /// <inheritdoc/>
    public override string Summary => $"{_history.OkCount} of {_history.Operations.Count} transactions";

    /// <inheritdoc/>
    public override async Task StepAsync(Client client)
    {
        bool readOnly = client.Random.Chance(0.25);
        var steps = new AppendStep[client.Random.Next(1, 5)];
        for (int i = 0; i < steps.Length; i++)
        {
            int key = client.Random.Next(Keys);
            steps[i] = !readOnly && client.Random.Chance(0.5)
                ? AppendStep.Append(key, ++_values)
                : AppendStep.ReadList(key, null);
        }

        await RunAsync(client, steps, snapshot: readOnly && client.Random.Chance(0.6));
    }

    /// <inheritdoc/>
    public override Task FinishAsync(Client client) => RunAsync(
        client, [.. Enumerable.Range(0, Keys).Select(key => AppendStep.ReadList(key, null))], snapshot: true);

    /// <inheritdoc/>
    public override IReadOnlyList<Anomaly> Check() => AppendChecker.Check(_history);

    private async Task RunAsync(Client client, AppendStep[] steps, bool snapshot)
    {
        var operation = _history.Invoke(client.Number, new AppendTransaction(steps));
        ClientAnswer<AppendTransaction> answer = snapshot
            ? await client.ReadAsync(SnapshotBound.Strong, reader => ReadAsync(reader, steps))
            : await client.TransactAsync(t => AppendAsync(t, steps));
        if (answer.IsOk) operation.Succeed(answer.Value!);
        else if (answer.Kind == AnswerKind.Fail) operation.Fail();
    }

    private static async Task<AppendTransaction> AppendAsync(ITransaction transaction, AppendStep[] steps)
    {
        var done = new List<AppendStep>();
        foreach (AppendStep step in steps)
        {
            Key key = KeyOf("k", step.Key);
            string? list = Text(await transaction.GetAsync(
                key, step.IsAppend ? LockStrength.Exclusive : LockStrength.Shared));
            if (step.IsAppend) await transaction.PutAsync(key, Encode(list is null ? $"{step.Value}" : $"{list} {step.Value}"));
            done.Add(step.IsAppend ? step : AppendStep.ReadList(step.Key, Parse(list)));
        }

        return new AppendTransaction(done);
    }

    private static async Task<AppendTransaction> ReadAsync(ISnapshotReader reader, AppendStep[] steps)
    {
        var values = await reader.GetManyAsync([.. steps.Select(step => KeyOf("k", step.Key))]);
        return new AppendTransaction(
            [.. steps.Select((step, i) => AppendStep.ReadList(step.Key, Parse(Text(values[i]))))]);
    }

    private static long[] Parse(string? list) =>
        list is null ? [] : [.. list.Split(' ').Select(value => long.Parse(value, CultureInfo.InvariantCulture))];
}
