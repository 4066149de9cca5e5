using System.Collections.Immutable;
using Lintel.Environment.Disk;
using Lintel.Environment.Network.Tcp;
using Lintel.Node.Identity;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;

namespace Lintel.Node.Membership;

/// <summary>Another node, as this one last heard of it.</summary>
internal sealed record KnownNode(NodeId Id, NodeAddress Peer);

/// <summary>
/// The nodes known when this one last ran, so that it finds the cluster again after a restart, wherever the splits are
/// now. A hint: the rows of the system database are the truth.
/// </summary>
internal static class KnownNodesFile
{
    private const string FileName = "known-nodes";

    public static async ValueTask<ImmutableArray<KnownNode>> LoadAsync(IDisk disk, CancellationToken cancellation)
    {
        if (await SealedFile.ReadAsync(disk, FileName, cancellation) is not { } bytes) return [];
        var reader = new WireReader(bytes);
        int count = reader.Count(2);
        var nodes = ImmutableArray.CreateBuilder<KnownNode>(count);
        for (int i = 0; i < count; i++)
            nodes.Add(new KnownNode(new NodeId(reader.Varint()), NodeAddress.Parse(reader.Text())));
        reader.End();
        return nodes.MoveToImmutable();
    }

    public static ValueTask SaveAsync(IDisk disk, ImmutableArray<KnownNode> nodes, CancellationToken cancellation)
    {
        var writer = new WireWriter();
        writer.Varint((ulong)nodes.Length);
        foreach (KnownNode node in nodes)
        {
            writer.Varint(node.Id.Value);
            writer.Text(node.Peer.ToString());
        }

        return SealedFile.WriteAsync(disk, FileName, writer.ToArray(), cancellation);
    }
}
