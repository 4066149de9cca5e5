using System.Globalization;
using System.Text;
using Lintel.Environment.Network.Tcp;

namespace Lintel.Cli.Local;

/// <summary>
/// Where a cluster on this machine keeps things: one directory with a configuration and a data directory for each node,
/// and the file that says which processes run it. Ports count up from a base: for node i, peer = base + i,
/// SQL = base + 10 + i, HTTP = base + 20 + i; but the first node's SQL and HTTP ports are 5433 and 8080 when the base is
/// the default, as a client expects them there.
/// </summary>
internal sealed class LocalLayout(string directory, int portBase)
{
    /// <summary>The port base used unless asked otherwise.</summary>
    public const int DefaultPortBase = 7400;

    private static readonly string[] Zones = ["a", "b", "c"];

    /// <summary>The directory.</summary>
    public string Root { get; } = Path.GetFullPath(directory);

    /// <summary>The nodes' names.</summary>
    public static IReadOnlyList<string> Nodes { get; } = ["n1", "n2", "n3"];

    /// <summary>A node's zone.</summary>
    public static string ZoneOf(int node) => Zones[node];

    /// <summary>A node's configuration file.</summary>
    public string ConfigurationOf(int node) => Path.Combine(Root, $"{Nodes[node]}.yaml");

    /// <summary>A node's log, when it runs as a process of its own.</summary>
    public string LogOf(int node) => Path.Combine(Root, $"{Nodes[node]}.log");

    /// <summary>Where other nodes reach it.</summary>
    public NodeAddress PeerOf(int node) => new("127.0.0.1", portBase + 1 + node);

    /// <summary>Where SQL clients reach it.</summary>
    public NodeAddress SqlOf(int node) => new("127.0.0.1", portBase == DefaultPortBase ? 5433 + node : portBase + 11 + node);

    /// <summary>Its HTTP door.</summary>
    public NodeAddress HttpOf(int node) => new("127.0.0.1", portBase == DefaultPortBase ? 8080 + node : portBase + 21 + node);

    /// <summary>Writes the nodes' configurations, unless they are there: the cluster's id stays.</summary>
    public void EnsureConfigurations()
    {
        Directory.CreateDirectory(Root);
        string idFile = Path.Combine(Root, "cluster-id");
        if (!File.Exists(idFile)) File.WriteAllText(idFile, Guid.NewGuid().ToString());
        string cluster = File.ReadAllText(idFile).Trim();
        for (int node = 0; node < Nodes.Count; node++) File.WriteAllText(ConfigurationOf(node), Configuration(node, cluster));
    }

    private string Configuration(int node, string cluster)
    {
        var text = new StringBuilder();
        Line($"# Written by `lintel up`, again at each start.");
        Line($"node: {Nodes[node]}");
        Line($"zone: {ZoneOf(node)}");
        Line($"data: {Nodes[node]}");
        Line($"listen:");
        Line($"  peer: {PeerOf(node)}");
        Line($"  sql: {SqlOf(node)}");
        Line($"  http: {HttpOf(node)}");
        Line($"cluster:");
        Line($"  id: {cluster}");
        Line($"  nodes:");
        for (int i = 0; i < Nodes.Count; i++)
        {
            Line($"    - name: {Nodes[i]}");
            Line($"      peer: {PeerOf(i)}");
        }

        Line($"clock:");
        Line($"  source: one-host");
        Line($"  anchor: clock");
        Line($"sql:");
        Line($"  trust-loopback: true");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
