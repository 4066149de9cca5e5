using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Store;

/// <summary>Names one store: the Raft log and the ordered store of one pool on one node. Drawn at random, once.</summary>
public readonly record struct StoreId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>What every file of a store is stamped with, so that parts of different stores never meet.</summary>
public readonly record struct StoreIdentity(ClusterId Cluster, StoreId Store)
{
    /// <summary>Bytes of the encoded form.</summary>
    public const int EncodedBytes = 32;

    /// <summary>Writes the cluster's and then the store's id, each as 16 bytes in the order of their text.</summary>
    public void Encode(Span<byte> into)
    {
        Cluster.Value.TryWriteBytes(into, bigEndian: true, out _);
        Store.Value.TryWriteBytes(into[16..], bigEndian: true, out _);
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static StoreIdentity Decode(ReadOnlySpan<byte> from) =>
        new(new ClusterId(new Guid(from[..16], bigEndian: true)), new StoreId(new Guid(from[16..32], bigEndian: true)));

    /// <inheritdoc/>
    public override string ToString() => $"store {Store} of cluster {Cluster}";
}
