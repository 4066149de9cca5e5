using Lintel.Environment.Disk;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Log;
using Lintel.Splits.Store;

namespace Lintel.Node.Identity;

/// <summary>The file that holds a node's identity. Without it, a directory with data in it is refused.</summary>
internal static class NodeIdentityFile
{
    private const string FileName = "identity";
    private const byte FormatVersion = 1;

    /// <summary>The identity, or null in a directory that no node has used.</summary>
    public static async ValueTask<NodeIdentity?> LoadAsync(IDisk disk, CancellationToken cancellation)
    {
        if (await SealedFile.ReadAsync(disk, FileName, cancellation) is { } bytes) return Decode(bytes);
        if (!await StoreLog.ExistsAsync(disk, cancellation)) return null;
        throw new LintelException(ErrorCode.FailedPrecondition, "the data directory has a Raft log and no identity",
            $"the file '{FileName}' is missing: whose log it is cannot be told",
            "restore the file; or empty the directory and let the node join as a new one");
    }

    /// <summary>Remembers an identity, durably.</summary>
    public static ValueTask SaveAsync(IDisk disk, NodeIdentity identity, CancellationToken cancellation)
    {
        var writer = new WireWriter();
        writer.Byte(FormatVersion);
        writer.Byte((byte)identity.Stage);
        writer.Text(identity.Name);
        Span<byte> ids = stackalloc byte[StoreIdentity.EncodedBytes];
        new StoreIdentity(identity.Cluster, identity.Store).Encode(ids);
        writer.Raw(ids);
        writer.Varint(identity.Node.Value);
        return SealedFile.WriteAsync(disk, FileName, writer.ToArray(), cancellation);
    }

    private static NodeIdentity Decode(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        byte version = reader.Byte();
        if (version != FormatVersion)
        {
            throw new LintelException(ErrorCode.WrongCluster, $"the node's identity has format {version}",
                $"this binary reads format {FormatVersion}", "run the version of Lintel that wrote it");
        }

        var stage = (IdentityStage)reader.Byte();
        string name = reader.Text();
        StoreIdentity ids = StoreIdentity.Decode(reader.Raw(StoreIdentity.EncodedBytes).Span);
        var node = new NodeId(reader.Varint());
        reader.End();
        return new NodeIdentity(name, ids.Store, ids.Cluster, node, stage);
    }
}
