using Lintel.Primitives.Time;

namespace Lintel.Primitives.Identifiers;

/// <summary>
/// Names one read-write transaction. It orders transactions by age: the gateway's start timestamp first, then the
/// gateway's node and a per-gateway sequence that break ties. A retry keeps the id's <see cref="Start"/> so that it
/// ages instead of starving (wound-wait: the older wins).
/// </summary>
public readonly record struct TransactionId(Timestamp Start, NodeId Gateway, ulong Sequence) : IComparable<TransactionId>
{
    /// <summary>Whether this names a transaction at all.</summary>
    public bool IsNone => Gateway.IsNone;

    /// <summary>Older transactions compare lower.</summary>
    public int CompareTo(TransactionId other)
    {
        int byStart = Start.CompareTo(other.Start);
        if (byStart != 0) return byStart;
        int byGateway = Gateway.CompareTo(other.Gateway);
        return byGateway != 0 ? byGateway : Sequence.CompareTo(other.Sequence);
    }

    /// <summary>Whether this transaction began before <paramref name="other"/> and therefore wounds it.</summary>
    public bool IsOlderThan(TransactionId other) => CompareTo(other) < 0;

    /// <inheritdoc/>
    public override string ToString() => IsNone ? "none" : $"t{Start.Nanoseconds}.{Gateway.Value}.{Sequence}";
}
