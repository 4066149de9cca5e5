using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Host;
using Lintel.Splits.Replica;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Snapshots;

public sealed class RaftSnapshotTests
{
    private static readonly SplitLimits Cutting = new()
    {
        KeepEntries = 10, FlushInterval = TimeSpan.FromSeconds(1), SnapshotChunkBytes = 4096,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_node_that_was_away_while_the_log_was_cut_gets_a_snapshot_in_parts(ulong seed)
    {
        var cluster = new SplitCluster(seed, nodes: 3, Cutting);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            ClusterNode away = cluster.Others(leader).First();
            await leader.Put("\x10k", "before");
            away.Machine.Crash();
            await Fill(leader, 300);
            await cluster.Pause(3);
            int parts = CountParts(cluster);
            away.Machine.Start();
            await cluster.Level(SplitId.System, [.. cluster.Nodes]);
            Assert.InRange(CountParts(cluster) - parts, 10, 200);
            leader.Machine.Crash();
            await cluster.AwaitHolder(SplitId.System);
            for (int i = 0; i < 300; i += 37) Assert.Equal(Value(i), await away.Read($"\x10k{i:000}"));
        });
    }

    [Fact]
    public void A_snapshot_that_is_changed_on_its_way_has_no_effect_and_another_is_sent()
    {
        var cluster = new SplitCluster(seed: 3, nodes: 3, Cutting);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            ClusterNode away = cluster.Others(leader).First();
            away.Machine.Crash();
            await Fill(leader, 100);
            await cluster.Pause(3);
            int lost = 0;
            cluster.World.Network.Admit = (_, to, frame) =>
            {
                // Loses every third part in the first seconds: the transfer breaks, and begins anew.
                bool isPart = to == away.Machine.Id && IsPart(frame);
                return !isPart || lost >= 5 || ++lost % 2 == 0;
            };
            away.Machine.Start();
            await cluster.Until(() => lost >= 5, "some were lost", 120);
            await cluster.Level(SplitId.System, [.. cluster.Nodes]);
            Assert.Equal(
                leader.Replica(SplitId.System).Machine.State.Checksum, away.Replica(SplitId.System).Machine.State.Checksum);
        }, seconds: 300);
    }

    [Theory]
    [Trait("tier", "1")]
    [InlineData(1, CrashKind.Power)]
    [InlineData(2, CrashKind.Power)]
    [InlineData(3, CrashKind.Process)]
    [InlineData(4, CrashKind.Power)]
    [InlineData(5, CrashKind.Power)]
    public void A_crash_at_any_moment_of_an_installation_leaves_a_replica_that_goes_on(ulong seed, CrashKind kind)
    {
        var cluster = new SplitCluster(seed, nodes: 3, Cutting);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            ClusterNode away = cluster.Others(leader).First();
            for (int round = 0; round < 6; round++)
            {
                away.Machine.Crash(kind);
                await Fill(leader, 60);
                await cluster.Pause(2.5);
                away.Machine.Start();
                await cluster.Until(() => away.Store?.Find(SplitId.System) is not null, "open");
                SplitReplica replica = away.Replica(SplitId.System);
                ulong before = replica.Machine.State.Applied.Value;
                await cluster.Until(() => replica.IsInstalling || replica.Machine.State.Applied.Value > before + 10, "installing");
                await cluster.Pause(round * 0.0007);
            }

            away.Machine.Crash(kind);
            away.Machine.Start();
            await cluster.Level(SplitId.System, [.. cluster.Nodes]);
            Assert.Equal(Value(59), await away.Read("\x10k059"));
        }, seconds: 300);
    }

    private static Task Fill(ClusterNode node, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => node.Put($"\x10k{i:000}", Value(i))));

    // Incompressible, so that chunks are as large on the wire as they are meant to be.
    private static string Value(int i)
    {
        var random = new Primitives.Random.Prng((ulong)i + 1);
        return string.Concat(Enumerable.Range(0, 12).Select(_ => random.NextUInt64().ToString("x16")));
    }

    private static bool IsPart(ReadOnlyMemory<byte> frame) => frame.Span[..8].Contains(NodeService.Snapshot) && frame.Length > 1000;

    private static int CountParts(SplitCluster cluster)
    {
        int parts = cluster.Parts;
        cluster.World.Network.Admit ??= (_, _, frame) =>
        {
            if (IsPart(frame)) cluster.Parts++;
            return true;
        };
        return parts;
    }
}
