using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network.Tcp;

/// <summary>What the side that connects says first.</summary>
/// <param name="Cluster">The cluster it belongs to.</param>
/// <param name="From">Who it is.</param>
/// <param name="Incarnation">Which of its lives: a connection of a new life replaces those of the old one.</param>
/// <param name="Expected">Whom it believes to be connected to.</param>
/// <param name="Lane">What the connection will carry, both ways.</param>
public sealed record Hello(ClusterId Cluster, NodeId From, ulong Incarnation, NodeId Expected, NetworkLane Lane)
{
    internal void Write(WireWriter writer)
    {
        Span<byte> cluster = stackalloc byte[16];
        Cluster.Value.TryWriteBytes(cluster);
        writer.Raw(cluster);
        writer.Fixed64(From.Value);
        writer.Fixed64(Incarnation);
        writer.Fixed64(Expected.Value);
        writer.Byte((byte)Lane);
    }

    internal static Hello Read(ref WireReader reader) => new(
        new ClusterId(new Guid(reader.Raw(16).Span)),
        new NodeId(reader.Fixed64()),
        reader.Fixed64(),
        new NodeId(reader.Fixed64()),
        (NetworkLane)reader.Byte());
}
