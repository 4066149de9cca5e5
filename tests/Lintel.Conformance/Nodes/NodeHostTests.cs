using Lintel.Doors.Console.Codec;
using Lintel.Primitives.Errors;
using Xunit;

namespace Lintel.Conformance.Nodes;

public sealed class NodeHostTests
{
    [Fact]
    public async Task What_was_committed_survives_the_loss_of_a_node_and_a_restart_of_all()
    {
        await using NodeTrio trio = await NodeTrio.StartAsync();
        try
        {
            for (int i = 0; i < 20; i++) await trio.PutAsync((i % 3) + 1, $"k{i}", $"v{i}");
            await trio.StopAsync(1);
            for (int i = 20; i < 40; i++) await trio.PutAsync((i % 2) + 2, $"k{i}", $"v{i}");
            await trio.StartAsync(1);
            await trio.ReadyAsync(1);
            for (int i = 0; i < 40; i++) Assert.Equal($"v{i}", await trio.GetAsync(1, $"k{i}"));

            for (int n = 1; n <= 3; n++) await trio.StopAsync(n);
            for (int n = 1; n <= 3; n++) await trio.StartAsync(n);
            for (int n = 1; n <= 3; n++) await trio.ReadyAsync(n);
            for (int i = 0; i < 40; i++) Assert.Equal($"v{i}", await trio.GetAsync((i % 3) + 1, $"k{i}"));
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{failure}\n{trio.Log}");
        }
    }

    [Fact]
    public async Task A_node_joins_takes_the_replicas_of_one_that_is_drained_and_keeps_its_identity()
    {
        await using NodeTrio trio = await NodeTrio.StartAsync();
        await trio.PutAsync(1, "k", "v");
        (int refused, string why) = await trio.HttpAsync(1, "/nodes/n3/drain", HttpMethod.Post);
        Assert.True(refused == 409 && why.Contains("add a node first", StringComparison.Ordinal), why);

        await trio.StartAsync(4);
        await trio.ReadyAsync(4);
        Assert.Equal(4UL, trio[4].Identity.Node.Value);
        Assert.Equal("v", await trio.GetAsync(4, "k"));
        await trio.UntilAsync(1, static s => s.Nodes.Count == 4 && s.Nodes.All(static n => n.Reachable), "four nodes");

        (int accepted, string answer) = await trio.HttpAsync(1, "/nodes/n3/drain", HttpMethod.Post);
        Assert.True(accepted == 200, answer);
        ClusterStatus drained = await trio.UntilAsync(
            2, static s => s.Nodes is [.., { Name: "n3", Replicas: 0 }, { Name: "n4", Replicas: > 0 }], "n3 empty, n4 not");
        Assert.Equal("Draining", drained.Nodes[2].State);
        Assert.All(drained.Splits, static split => Assert.DoesNotContain("n3", split.Replicas.Select(static r => r.Node)));
        await trio.StopAsync(3);

        await trio.StopAsync(4);
        await trio.StartAsync(4);
        await trio.ReadyAsync(4);
        Assert.Equal(4UL, trio[4].Identity.Node.Value);
        Assert.Equal("v", await trio.GetAsync(4, "k"));
    }

    [Fact]
    public async Task Status_health_and_metrics_tell_how_a_node_is()
    {
        await using NodeTrio trio = await NodeTrio.StartAsync();
        for (int i = 0; i < 10; i++) await trio.PutAsync(1, "k", $"{i}");
        ClusterStatus status = await trio.UntilAsync(
            1, static s => s.Nodes.Count == 3 && s.Splits.All(static split => split.Replicas.All(static r => r.InSync)), "all nodes known, all replicas in sync");
        Assert.Equal(["a", "b", "c"], status.Nodes.Select(static n => n.Zone));
        Assert.Equal(1, status.Nodes.Sum(static n => n.Leases) / status.Splits.Count);
        Assert.True(status.Commits is { Count: >= 10, LatencyMsP50: > 0 } && status.Commits.LatencyMsP99 >= status.Commits.LatencyMsP50);
        Assert.True(status.Clock is { Bounded: true, UncertaintyMicroseconds: > 0 });
        Assert.Equal(200, (await trio.HttpAsync(1, "/health")).Status);
        (_, string metrics) = await trio.HttpAsync(1, "/metrics");
        Assert.Contains("lintel_commit_duration_seconds_count", metrics, StringComparison.Ordinal);
        Assert.Contains("lintel_network_frames_sent", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_lost_its_log_or_its_store_is_refused()
    {
        await using NodeTrio trio = await NodeTrio.StartAsync();
        await trio.StopAsync(3);
        string data = trio.ConfigurationOf(3).DataDirectory;
        Directory.Move(Path.Combine(data, "ordered"), Path.Combine(data, "elsewhere"));
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<LintelException>(() => trio.StartAsync(3))).Error.Code);
        Directory.Move(Path.Combine(data, "elsewhere"), Path.Combine(data, "ordered"));
        foreach (string segment in Directory.GetFiles(data, "raft-*.log")) File.Delete(segment);
        LintelException failure = await Assert.ThrowsAsync<LintelException>(() => trio.StartAsync(3));
        Assert.Equal(ErrorCode.NotFound, failure.Error.Code);
        Assert.Contains("forgotten its votes", failure.Error.Cause, StringComparison.Ordinal);
    }
}
