using Lintel.Primitives.Identifiers;
using Lintel.Splits.Requests;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Host;

public sealed class ReplicatedGroupTests
{
    [Fact]
    public void A_commit_at_one_node_is_read_at_every_other()
    {
        var cluster = new SplitCluster(seed: 1, nodes: 3);
        cluster.Run(async () =>
        {
            await cluster.AwaitHolder(SplitId.System);
            Assert.IsType<SplitReply.Committed>(await cluster.Node(1).Put("\x10k", "v1"));
            foreach (ClusterNode node in cluster.Nodes) Assert.Equal("v1", await node.Read("\x10k"));
        });
    }
}
