using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Locks;

/// <summary>What a call did to others than its caller. The host tells them; the table has already changed.</summary>
/// <param name="Granted">Waiting requests that are held now, oldest transaction first.</param>
/// <param name="Wounded">Transactions that lost all their locks here.</param>
/// <param name="Cleared">Snapshot reads that no longer wait.</param>
public sealed record LockEffects(
    ImmutableArray<WaitToken> Granted, ImmutableArray<WoundedTransaction> Wounded, ImmutableArray<WaitToken> Cleared)
{
    /// <summary>Nobody else was touched.</summary>
    public static LockEffects None { get; } = new([], [], []);

    /// <summary>Whether nobody else was touched.</summary>
    public bool IsEmpty => ReferenceEquals(this, None);
}

/// <summary>A transaction that was wounded.</summary>
/// <param name="Transaction">The victim.</param>
/// <param name="By">The older transaction.</param>
/// <param name="Cancelled">Requests of the victim that were waiting; they will never be granted.</param>
public sealed record WoundedTransaction(TransactionId Transaction, TransactionId By, ImmutableArray<WaitToken> Cancelled);
