using Lintel.Node.Configuration;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Conformance.Nodes;

public sealed class ConfigurationReaderTests
{
    private const string Complete = """
        node: n2
        zone: b
        properties: { rack: r7 }
        data: data/n2
        listen: { peer: 0.0.0.0:7001, sql: 127.0.0.1:5433, http: 127.0.0.1:8080 }
        advertise: { peer: db2.example:7001 }
        cluster:
          id: 0d3f6a5e-7a1c-4b5f-9a43-1f1d3f6a5e7a
          nodes:
            - { name: n1, peer: db1.example:7001 }
            - { name: n2, peer: db2.example:7001 }
            - { name: n3, peer: db3.example:7001 }
        clock: { source: kernel }
        limits: { block-cache: 64MB, ballast: 1GB }
        sql: { trust-loopback: true, superuser: root }
        """;

    [Fact]
    public void A_complete_file_is_read()
    {
        NodeConfiguration read = ConfigurationReader.Read(Complete, "/etc/lintel/n2.yaml");
        Assert.Equal(("n2", "/etc/lintel/data/n2"), (read.Name, read.DataDirectory));
        Assert.Equal(["rack=r7", "zone=b"], read.Properties.Select(static p => $"{p.Key}={p.Value}"));
        Assert.Equal("db2.example:7001", read.Addresses.Peer.Advertised.ToString());
        Assert.Equal("127.0.0.1:5433", read.Addresses.Sql!.Advertised.ToString());
        Assert.Equal(new NodeId(2), read.Start!.IdOf(read.Name));
        Assert.Equal((ClockSource.Kernel, 64L << 20, 1L << 30), (read.Clock.Source, read.Limits.Rocks.BlockCacheBytes, read.Limits.BallastBytes));
        Assert.True(read.Sql is { TrustLoopback: true, Superuser: "root", SuperuserPassword: null });
    }

    [Fact]
    public void Everything_wrong_with_a_file_is_told_at_once_with_its_line()
    {
        const string wrong = """
            node: n 4
            zones: b
            listen: { peer: 0.0.0.0:7001, sql: everywhere }
            cluster:
              id: none
              nodes: [{ name: n1, peer: "x" }, { name: n2, peer: "y:1" }]
            clock: { source: sundial }
            limits: { ballast: 12 apples }
            join: [somewhere]
            """;
        LintelError error = Assert.Throws<LintelException>(() => ConfigurationReader.Read(wrong, "n4.yaml")).Error;
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        string[] expected =
        [
            "line 1: node is made of letters", "line 2: zones is not known here", "data is missing", "line 3: listen.sql is 'everywhere'",
            "advertise.peer is missing", "line 5: cluster.id is 'none'", "line 6: cluster.nodes[0].peer is 'x'", "cluster.nodes are 2; an odd number",
            "line 7: clock.source is 'sundial'", "line 8: limits.ballast is '12 apples'", "line 9: an item of join",
        ];
        foreach (string finding in expected) Assert.Contains(finding, error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_could_never_belong_to_a_cluster_is_told_so()
    {
        LintelError error = Assert.Throws<LintelException>(() => ConfigurationReader.Read(
            "{ node: n9, data: d, listen: { peer: 127.0.0.1:1 } }", "n9.yaml")).Error;
        Assert.Contains("never belong to a cluster", error.Cause, StringComparison.Ordinal);
    }
}
