using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// The reads of one transaction under locks. Remembers, per split, the leadership that holds the locks: when another
/// one answers, the earlier locks are gone and the transaction is doomed.
/// </summary>
internal sealed class LockingReads(
    TransactionId transaction, ParticipantSet participants, PatientSender sender, TimeProvider time, Doom doom)
{
    // Bounded: what is not remembered here is locked once more, which costs a round trip and nothing else.
    private const int RememberedMax = 10_000;
    private readonly HashSet<Key> _exclusive = [];

    /// <summary>The participant that answered last: everything locked there was still locked then.</summary>
    public Participant? Latest { get; private set; }

    /// <summary>Whether a read has locked the key exclusively, as far as is remembered.</summary>
    public bool HoldsExclusively(Key key) => _exclusive.Contains(key);

    /// <summary>How to ask one split for rows under this lock.</summary>
    public AskSplit Asking(LockStrength strength)
    {
        ReadLock mode = strength == LockStrength.Exclusive ? ReadLock.Exclusive : ReadLock.Shared;
        return (split, target, cancellation) => AskAsync(split, target, mode, cancellation);
    }

    private async ValueTask<ReadResult?> AskAsync(
        SplitDescriptor split, ReadTarget target, ReadLock mode, CancellationToken cancellation)
    {
        Participant participant = participants.Touch(split);
        SplitReply reply = await SendAsync(new LockingRead(split.Address, transaction, target, mode), cancellation);
        doom.ThrowIfSet();
        switch (reply)
        {
            case SplitReply.LockedRows rows:
                if (!participant.TryConfirm(rows.Lease))
                    throw doom.Because(new SplitRefusal.Aborted(AbortReason.LeaseChanged));
                participant.HeardAt = time.GetTimestamp();
                Latest = participant;
                if (mode == ReadLock.Exclusive) Remember(target, rows.Read);
                return rows.Read;
            case SplitRefusal.SplitMoved moved:
                sender.Router.Correct(split.Address, moved.Now);
                return null;
            case SplitRefusal.Aborted aborted:
                throw doom.Because(aborted);
            case SplitRefusal refusal:
                throw Refusals.OfRead(refusal).ToException();
            default:
                throw Refusals.Unexpected(reply).ToException();
        }
    }

    private void Remember(ReadTarget target, ReadResult read)
    {
        if (target is ReadTarget.Points points)
        {
            for (int i = 0; i < points.Keys.Count && _exclusive.Count < RememberedMax; i++) _exclusive.Add(points.Keys[i]);
            return;
        }

        for (int i = 0; i < read.Rows.Count && _exclusive.Count < RememberedMax; i++) _exclusive.Add(read.Rows[i].Key);
    }

    private async ValueTask<SplitReply> SendAsync(SplitRequest request, CancellationToken cancellation)
    {
        using CancellationTokenSource? both = cancellation.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellation, doom.Token)
            : null;
        try
        {
            return await sender.SendAsync(request, both?.Token ?? doom.Token);
        }
        catch (OperationCanceledException) when (doom.Error is { } error)
        {
            throw error.ToException();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }
}
