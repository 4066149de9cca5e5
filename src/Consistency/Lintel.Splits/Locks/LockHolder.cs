using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;

namespace Lintel.Splits.Locks;

/// <summary>One transaction as its lock table sees it.</summary>
internal sealed class LockHolder(TransactionId transaction)
{
    public TransactionId Transaction { get; } = transaction;

    public LockStanding Standing { get; set; } = LockStanding.Active;

    /// <summary>While prepared: no commit of this transaction is below this.</summary>
    public Timestamp PreparedAt { get; set; }

    public TransactionId WoundedBy { get; set; }

    /// <summary>Cells owned, each once.</summary>
    public List<LockCell> Cells { get; } = [];

    /// <summary>Requests that wait; null while there are none.</summary>
    public List<LockWaiter>? Waiting { get; set; }

    /// <summary>Snapshot reads that wait for the fate of this prepared transaction; null while there are none.</summary>
    public List<PendingRead>? Readers { get; set; }
}

/// <summary>One snapshot read that waits until <paramref name="blockers"/> transactions are decided.</summary>
internal sealed class PendingRead(WaitToken token, Timestamp at, int blockers)
{
    public WaitToken Token { get; } = token;

    public Timestamp At { get; } = at;

    public int Blockers { get; set; } = blockers;
}
