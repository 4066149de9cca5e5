using System.Collections.Immutable;
using Lintel.Primitives.Codec;
using Lintel.Storage.Tables;

namespace Lintel.Storage.Groups;

/// <summary>A placement policy, as a row of the system database.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Replicas">Replica count; odd.</param>
/// <param name="StoragePools">Pools that may be used; empty means any.</param>
/// <param name="ReplicasOnDifferent">Node properties that tell replicas apart.</param>
/// <param name="ReplicasOnSame">Node properties that keep replicas together.</param>
public sealed record ResourceGroupRecord(
    string Name,
    int Replicas,
    ImmutableArray<string> StoragePools,
    ImmutableArray<string> ReplicasOnDifferent,
    ImmutableArray<string> ReplicasOnSame)
{
    /// <summary>All groups, by name.</summary>
    public static SystemTable<ResourceGroupRecord> Table { get; } =
        new(SystemTableIds.ResourceGroups, "resource group", record => record.Name, Write, Read);

    /// <inheritdoc/>
    public bool Equals(ResourceGroupRecord? other) => other is not null
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && Replicas == other.Replicas
        && StoragePools.AsSpan().SequenceEqual(other.StoragePools.AsSpan())
        && ReplicasOnDifferent.AsSpan().SequenceEqual(other.ReplicasOnDifferent.AsSpan())
        && ReplicasOnSame.AsSpan().SequenceEqual(other.ReplicasOnSame.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Replicas, StoragePools.Length, ReplicasOnDifferent.Length);

    private static void Write(WireWriter writer, ResourceGroupRecord record)
    {
        writer.Text(record.Name);
        writer.Varint((ulong)record.Replicas);
        writer.Names(record.StoragePools);
        writer.Names(record.ReplicasOnDifferent);
        writer.Names(record.ReplicasOnSame);
    }

    private static ResourceGroupRecord Read(ref WireReader reader) => new(
        reader.Text(), (int)reader.Varint(), RecordCodec.Names(ref reader), RecordCodec.Names(ref reader),
        RecordCodec.Names(ref reader));
}
