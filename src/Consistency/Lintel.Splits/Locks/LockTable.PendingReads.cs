using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;

namespace Lintel.Splits.Locks;

public sealed partial class LockTable
{
    private readonly Dictionary<WaitToken, PendingRead> _reads = [];

    /// <summary>Snapshot reads that wait for prepared transactions.</summary>
    public int PendingReadCount => _reads.Count;

    /// <summary>
    /// The prepared transactions that own something of <paramref name="span"/> exclusively and may still commit at or
    /// below <paramref name="at"/>: a snapshot read at that timestamp cannot know yet whether it sees them.
    /// </summary>
    public IReadOnlyList<TransactionId> PendingAt(in LockSpan span, Timestamp at)
    {
        List<LockHolder>? pending = FindPending(span, at);
        return pending is null ? [] : pending.ConvertAll(static holder => holder.Transaction);
    }

    /// <summary>
    /// Asks whether a snapshot read may go on; if not, waits for the fate of all that <see cref="PendingAt"/> names.
    /// Whoever prepares later gets a timestamp above every read served, so it never blocks this read.
    /// </summary>
    public PendingReadOutcome AwaitPending(in LockSpan span, Timestamp at)
    {
        List<LockHolder>? pending = FindPending(span, at);
        if (pending is null) return PendingReadOutcome.Clear.Instance;
        if (_reads.Count >= limits.PendingReadsMax) return PendingReadOutcome.Busy.Instance;
        var read = new PendingRead(new WaitToken(++_tokens), at, pending.Count);
        _reads.Add(read.Token, read);
        foreach (LockHolder holder in pending) (holder.Readers ??= []).Add(read);
        return new PendingReadOutcome.Waiting(read.Token);
    }

    /// <summary>Stops waiting. False when the token does not wait (any more).</summary>
    public bool CancelPending(WaitToken token) => _reads.Remove(token);

    private List<LockHolder>? FindPending(in LockSpan span, Timestamp at)
    {
        List<LockHolder>? pending = null;
        Look(span, _near);
        foreach (LockCell cell in _near)
        {
            for (int i = 0; i < cell.OwnerCount; i++)
            {
                (LockHolder? holder, LockMode mode) = cell.Owner(i);
                if (mode != LockMode.Exclusive || holder!.Standing != LockStanding.Prepared) continue;
                if (holder.PreparedAt > at || pending?.Contains(holder) == true) continue;
                (pending ??= []).Add(holder);
            }
        }

        return pending;
    }

    private void ClearReadersBelow(LockHolder holder, Timestamp bound)
    {
        if (holder.Readers is not { } readers) return;
        int kept = 0;
        for (int i = 0; i < readers.Count; i++)
        {
            PendingRead read = readers[i];
            if (read.At >= bound && bound != Timestamp.Max) readers[kept++] = read;
            else if (--read.Blockers == 0 && _reads.Remove(read.Token)) _effects.Cleared(read.Token);
        }

        readers.RemoveRange(kept, readers.Count - kept);
        if (kept == 0) holder.Readers = null;
    }
}
