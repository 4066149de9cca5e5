using System.Text;
using Lintel.ClusterSimulation.Clients;
using Lintel.ClusterSimulation.Cluster;
using Lintel.ClusterSimulation.Workloads;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Simulation.Checkers;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Checkers;

/// <summary>
/// I5: a snapshot read at a timestamp returns the same rows for ever, on every replica. Keeps what reads have shown, and
/// reads it again elsewhere and later.
/// </summary>
public sealed class SnapshotLedger(SimulatedCluster cluster, KeySpan span)
{
    private readonly List<(Timestamp At, string Rows)> _shown = [];
    private readonly List<Anomaly> _anomalies = [];

    /// <summary>Reads that were compared with an earlier one.</summary>
    public int Compared { get; private set; }

    /// <summary>The reads that differ.</summary>
    public IReadOnlyList<Anomaly> Anomalies => _anomalies;

    /// <summary>Reads now, or again at a timestamp read before.</summary>
    public async Task StepAsync(Client client)
    {
        if (_shown.Count > 0 && client.Random.Chance(0.6))
        {
            await CompareAsync(client, client.Random.Pick(_shown), cluster.Node(1 + client.Random.Next(cluster.Nodes.Count)));
            return;
        }

        SnapshotBound bound = client.Random.Chance(0.5)
            ? SnapshotBound.Strong
            : SnapshotBound.StaleBy(client.Random.Between(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(600)));
        ClientAnswer<string> answer = await client.ReadAsync(bound, RowsOf);
        if (answer.IsOk) _shown.Add((answer.At, answer.Value!));
    }

    /// <summary>Reads everything again at every node.</summary>
    public async Task FinishAsync(Client client)
    {
        foreach ((Timestamp At, string Rows) shown in _shown.TakeLast(20))
        {
            foreach (ClusterNode node in cluster.Nodes) await CompareAsync(client, shown, node);
        }
    }

    private async Task CompareAsync(Client client, (Timestamp At, string Rows) shown, ClusterNode node)
    {
        ClientAnswer<string> again = await client.ReadAsync(SnapshotBound.Exactly(shown.At), RowsOf, node);
        if (!again.IsOk) return;
        Compared++;
        if (again.Value != shown.Rows && _anomalies.Count < Anomaly.Enough)
            _anomalies.Add(new Anomaly("I5", $"at {shown.At}, through {node.Machine.Id}:\n  {shown.Rows}\n  {again.Value}"));
    }

    private async Task<string> RowsOf(ISnapshotReader reader)
    {
        var text = new StringBuilder();
        foreach (KeyRow row in await Workload.RowsAsync(reader, span))
            text.Append(row.Key).Append('=').Append(Encoding.UTF8.GetString(row.Value.Span)).Append(' ');
        return text.ToString();
    }
}
