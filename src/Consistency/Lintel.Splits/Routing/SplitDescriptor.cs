using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;

namespace Lintel.Splits.Routing;

/// <summary>
/// What there is to know about a split from outside: its span and who holds replicas. The generation grows with every
/// change of span or replicas; of two descriptors of one split the one with the higher generation is the newer.
/// </summary>
/// <param name="Split">The split.</param>
/// <param name="Generation">Grows by one with every change.</param>
/// <param name="Span">The keys the split owns.</param>
/// <param name="Replicas">Its replicas, in the order of their nodes.</param>
public sealed record SplitDescriptor(
    SplitId Split, ulong Generation, KeySpan Span, IReadOnlyList<SplitReplicaPlace> Replicas)
{
    /// <summary>Where requests for this split, as it is described here, are addressed.</summary>
    public SplitAddress Address => new(Split, Generation);

    /// <summary>Whether <paramref name="node"/> holds a replica.</summary>
    public bool IsOn(NodeId node)
    {
        foreach (SplitReplicaPlace replica in Replicas)
        {
            if (replica.Node == node) return true;
        }

        return false;
    }

    /// <summary>Writes the descriptor; the form of the meta range as well.</summary>
    public void Encode(WireWriter writer)
    {
        writer.Varint(Split.Value);
        writer.Varint(Generation);
        writer.Span(Span);
        writer.Varint((ulong)Replicas.Count);
        foreach (SplitReplicaPlace replica in Replicas)
        {
            writer.Varint(replica.Node.Value);
            writer.Byte((byte)replica.Role);
        }
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static SplitDescriptor Decode(ref WireReader reader)
    {
        var split = new SplitId(reader.Varint());
        ulong generation = reader.Varint();
        KeySpan span = reader.Span();
        var replicas = new SplitReplicaPlace[reader.Count(2)];
        for (int i = 0; i < replicas.Length; i++)
            replicas[i] = new(new NodeId(reader.Varint()), (ReplicaRole)reader.Byte());
        var owned = new KeySpan(Key.Copy(span.Start.Span), Key.Copy(span.End.Span));
        return new(split, generation, owned, replicas);
    }

    /// <inheritdoc/>
    public bool Equals(SplitDescriptor? other) =>
        other is not null && Split == other.Split && Generation == other.Generation && Span == other.Span &&
        Replicas.SequenceEqual(other.Replicas);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Split, Generation);

    /// <inheritdoc/>
    public override string ToString() => $"{Split}@{Generation}{Span} on {string.Join(',', Replicas)}";
}

/// <summary>Where a request goes: a split, and the generation of the descriptor that the sender believed in.</summary>
public readonly record struct SplitAddress(SplitId Split, ulong Generation);

/// <summary>One replica of a split. A node holds at most one replica of a split, so the node names it.</summary>
public readonly record struct SplitReplicaPlace(NodeId Node, ReplicaRole Role)
{
    /// <inheritdoc/>
    public override string ToString() => Role == ReplicaRole.Voter ? Node.ToString() : $"{Node}({Role})";
}

/// <summary>What a replica does. The numbers are on the wire and on disk.</summary>
public enum ReplicaRole
{
    /// <summary>Votes and counts for commitment.</summary>
    Voter = 0,

    /// <summary>Receives the log, neither votes nor counts.</summary>
    Learner = 1,
}
