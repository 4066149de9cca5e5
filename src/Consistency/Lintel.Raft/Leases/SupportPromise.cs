using Lintel.Primitives.Identifiers;

namespace Lintel.Raft.Leases;

/// <summary>
/// A peer's promise to elect nobody but <paramref name="To"/> for as long as its node's support for that node holds
/// under <paramref name="Epoch"/>. It is durable before the leader learns of it. See <see cref="SupportLedger"/>.
/// </summary>
/// <param name="To">The leader the promise was made to; may be the peer itself.</param>
/// <param name="Epoch">The support epoch it was made under; positive.</param>
public readonly record struct SupportPromise(NodeId To, ulong Epoch)
{
    /// <summary>No promise.</summary>
    public static SupportPromise None => default;

    /// <summary>Whether there is none.</summary>
    public bool IsNone => To.IsNone;

    /// <inheritdoc/>
    public override string ToString() => IsNone ? "none" : $"{To}@{Epoch}";
}
