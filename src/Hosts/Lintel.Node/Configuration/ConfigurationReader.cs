using System.Collections.Immutable;
using System.Net;
using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Store.Rocks;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lintel.Node.Configuration;

/// <summary>
/// Reads a node's configuration from YAML. Everything wrong with it is told at once, each finding with its line, in one
/// <see cref="LintelException"/> of <see cref="ErrorCode.InvalidArgument"/>.
/// </summary>
public static class ConfigurationReader
{
    private const string AnAddress = "host:port, for example 127.0.0.1:7001";

    /// <summary>Reads a file. Relative paths in it count from its directory.</summary>
    public static NodeConfiguration ReadFile(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            return Read(File.ReadAllText(full), full);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LintelError(ErrorCode.NotFound, $"the configuration {path} cannot be read", failure.Message,
                "check the path").ToException(failure);
        }
    }

    /// <summary>Reads a text; <paramref name="source"/> names it in errors, and relative paths count from its directory.</summary>
    public static NodeConfiguration Read(string text, string source)
    {
        var findings = new List<string>();
        YamlNode? root = Parse(text, source);
        var fields = new ConfigurationFields(root, "", findings);
        NodeConfiguration configuration = Read(fields, Path.GetDirectoryName(Path.GetFullPath(source))!, findings);
        if (findings.Count > 0) throw Invalid(source, findings);
        return configuration;
    }

    private static NodeConfiguration Read(ConfigurationFields fields, string directory, List<string> findings)
    {
        string name = fields.Required("node", "node: n1");
        if (name.Length > 0 && !IsName(name)) fields.Find("node", "is made of letters, digits, '-', '_' and '.', at most 63 of them");
        ConfigurationFields properties = fields.Section("properties");
        ImmutableSortedDictionary<string, string> pairs =
            properties.Pairs().ToImmutableSortedDictionary(static p => p.Name, static p => p.Value, StringComparer.Ordinal);
        if (fields.Text("zone") is { } zone) pairs = pairs.SetItem("zone", zone);
        string data = fields.Required("data", "data: /var/lib/lintel");
        var configuration = new NodeConfiguration
        {
            Name = name,
            Properties = pairs,
            DataDirectory = Path.Combine(directory, data),
            Addresses = ReadAddresses(fields),
            Start = ReadStart(fields.Section("cluster"), findings),
            Join = [.. ReadAddressList(fields, "join", findings)],
            Clock = ReadClock(fields.Section("clock"), directory),
            Limits = ReadLimits(fields.Section("limits")),
            Sql = ReadSql(fields.Section("sql"), directory),
        };
        bool isFirst = configuration.Start is { } start && !start.IdOf(name).IsNone;
        if (!isFirst && configuration.Join.IsEmpty && findings.Count == 0)
            findings.Add("the node is not among 'cluster.nodes', and 'join' names no node to ask: it could never belong to a cluster");
        fields.Close();
        return configuration;
    }

    private static NodeAddresses ReadAddresses(ConfigurationFields fields)
    {
        ConfigurationFields listen = fields.Section("listen"), advertise = fields.Section("advertise");
        if (!listen.IsPresent) fields.Find("listen", $"is missing; it has 'peer' and, if wanted, 'sql' and 'http', each {AnAddress}");
        ListeningAddress? peer = ReadListening(listen, advertise, "peer");
        ListeningAddress? sql = ReadListening(listen, advertise, "sql");
        ListeningAddress? http = ReadListening(listen, advertise, "http");
        if (listen.IsPresent && peer is null && listen.Text("peer") is null) listen.Find("peer", $"is missing; it is {AnAddress}");
        listen.Close();
        advertise.Close();
        return new NodeAddresses(peer ?? new ListeningAddress(new IPEndPoint(IPAddress.Loopback, 0), default), sql, http);
    }

    private static ListeningAddress? ReadListening(ConfigurationFields listen, ConfigurationFields advertise, string name)
    {
        IPEndPoint? at = listen.Parsed(
            name, static text => IPEndPoint.TryParse(text, out IPEndPoint? found) && found.Port > 0 ? found : null,
            "an IP address and a port, for example 127.0.0.1:7001 or 0.0.0.0:7001");
        NodeAddress? told = advertise.Parsed<NodeAddressText>(name, NodeAddressText.TryRead, AnAddress)?.Address;
        if (at is null) return null;
        if (told is null && (at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any)))
            advertise.Find(name, "is missing: others cannot reach a node under the address of all interfaces");
        return new ListeningAddress(at, told ?? new NodeAddress(at.Address.ToString(), at.Port));
    }

    private static ClusterStart? ReadStart(ConfigurationFields cluster, List<string> findings)
    {
        if (!cluster.IsPresent) return null;
        Guid id = cluster.Parsed(
            "id", default(Guid), static text => Guid.TryParse(text, out Guid found) && found != Guid.Empty ? found : null, "a UUID");
        if (cluster.Text("id") is null) cluster.Find("id", "is missing; it is a UUID, the same on all first nodes");
        var nodes = ImmutableArray.CreateBuilder<FirstNode>();
        int at = 0;
        foreach (YamlNode item in cluster.Items("nodes"))
        {
            var node = new ConfigurationFields(item, $"cluster.nodes[{at++}]", findings);
            string name = node.Required("name", "name: n1");
            NodeAddress peer = node.Parsed<NodeAddressText>("peer", NodeAddressText.TryRead, AnAddress)?.Address ?? default;
            if (node.Text("peer") is null) node.Find("peer", $"is missing; it is {AnAddress}");
            if (nodes.Any(other => other.Name == name || other.Peer == peer)) node.Find("name", "or its address is there twice");
            nodes.Add(new FirstNode(name, peer));
            node.Close();
        }

        if (nodes.Count == 0) cluster.Find("nodes", "names no node");
        else if (nodes.Count % 2 == 0) cluster.Find("nodes", $"are {nodes.Count}; an odd number is needed, as an even one survives no more failures");
        cluster.Close();
        return new ClusterStart(new ClusterId(id), nodes.ToImmutable());
    }

    private static IEnumerable<NodeAddress> ReadAddressList(ConfigurationFields fields, string name, List<string> findings)
    {
        foreach (YamlNode item in fields.Items(name))
        {
            if (item is YamlScalarNode { Value: { } text } && NodeAddressText.TryRead(text) is { } read) yield return read.Address;
            else findings.Add($"line {item.Start.Line}: an item of {name} is not {AnAddress}");
        }
    }

    private static ClockConfiguration ReadClock(ConfigurationFields clock, string directory)
    {
        var defaults = new ClockConfiguration();
        var read = new ClockConfiguration
        {
            Source = clock.Parsed("source", defaults.Source, ParseSource, "one-host, kernel or cluster"),
            AnchorDirectory = clock.Text("anchor") is { } anchor ? Path.Combine(directory, anchor) : defaults.AnchorDirectory,
        };
        clock.Close();
        return read;
    }

    private static ClockSource? ParseSource(string text) => text switch
    {
        "one-host" => ClockSource.OneHost,
        "kernel" => ClockSource.Kernel,
        "cluster" => ClockSource.Cluster,
        _ => null,
    };

    private static NodeLimits ReadLimits(ConfigurationFields limits)
    {
        var defaults = new NodeLimits();
        var read = new NodeLimits
        {
            Rocks = new RocksLimits
            {
                BlockCacheBytes = limits.Bytes("block-cache", defaults.Rocks.BlockCacheBytes),
                WriteBufferBytes = limits.Bytes("write-buffer", defaults.Rocks.WriteBufferBytes),
            },
            RaftLogMemoryBytes = limits.Bytes("raft-log-memory", defaults.RaftLogMemoryBytes),
            BallastBytes = limits.Bytes("ballast", defaults.BallastBytes),
        };
        limits.Close();
        return read;
    }

    private static SqlDoorConfiguration ReadSql(ConfigurationFields sql, string directory)
    {
        var read = new SqlDoorConfiguration
        {
            TrustLoopback = sql.Flag("trust-loopback"),
            Superuser = sql.Text("superuser") ?? "admin",
            SuperuserPassword = ReadPassword(sql, directory),
        };
        sql.Close();
        return read;
    }

    // In a file of its own, which can be kept from others' eyes.
    private static string? ReadPassword(ConfigurationFields sql, string directory)
    {
        if (sql.Text("superuser-password-file") is not { } file) return null;
        try
        {
            string password = File.ReadAllText(Path.Combine(directory, file)).TrimEnd('\r', '\n');
            if (password.Length > 0) return password;
            sql.Find("superuser-password-file", "names an empty file");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            sql.Find("superuser-password-file", $"cannot be read: {failure.Message}");
        }

        return null;
    }

    private static YamlNode? Parse(string text, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException failure)
        {
            throw Invalid(source, [$"line {failure.Start.Line}: {failure.Message}"]);
        }

        return stream.Documents.Count == 1
            ? stream.Documents[0].RootNode
            : throw Invalid(source, [$"it has {stream.Documents.Count} documents; a node's configuration is one"]);
    }

    private static bool IsName(string name) =>
        name.Length <= 63 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static LintelException Invalid(string source, List<string> findings) => new LintelError(
        ErrorCode.InvalidArgument, $"the configuration {source} is not valid", string.Join("; ", findings),
        "correct it; docs/node-configuration.md has every field").ToException();

    private sealed record NodeAddressText(NodeAddress Address)
    {
        public static NodeAddressText? TryRead(string text)
        {
            try
            {
                return new NodeAddressText(NodeAddress.Parse(text));
            }
            catch (LintelException malformed) when (malformed.Error.Code == ErrorCode.InvalidArgument)
            {
                return null;
            }
        }
    }
}
