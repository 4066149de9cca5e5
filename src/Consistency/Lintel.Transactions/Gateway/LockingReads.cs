using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
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
    private HashSet<Key>? _exclusive;
    private AskSplit? _askExclusive;
    private AskSplit? _askShared;

    /// <summary>The participant that answered last: everything locked there was still locked then.</summary>
    public Participant? Latest { get; private set; }

    /// <summary>Whether a read has locked the key exclusively, as far as is remembered.</summary>
    public bool HoldsExclusively(Key key) => _exclusive?.Contains(key) == true;

    /// <summary>How to ask one split for rows under this lock.</summary>
    public AskSplit Asking(LockStrength strength) => strength == LockStrength.Exclusive
        ? _askExclusive ??= (split, target, cancellation) => AskAsync(split, target, ReadLock.Exclusive, cancellation)
        : _askShared ??= (split, target, cancellation) => AskAsync(split, target, ReadLock.Shared, cancellation);

    /// <summary>
    /// Makes sure that every lock was still held after the last read was answered, and gives a timestamp at which all
    /// reads are valid. The split of the last answer has said so with it; the others are asked, all at once. Each names
    /// a timestamp up to which it lets nothing change; the earliest of them is later than the last read. Null when
    /// nothing was read under a lock.
    /// </summary>
    public async ValueTask<Timestamp?> ConfirmAsync(CancellationToken cancellation)
    {
        var asked = new List<Task>();
        foreach (Participant participant in participants.All)
        {
            if (participant != Latest && participant.IsBound) asked.Add(ConfirmAsync(participant, cancellation));
        }

        await Task.WhenAll(asked);
        Timestamp valid = Timestamp.Max;
        foreach (Participant participant in participants.All)
        {
            if (participant.IsBound && participant.ValidAt < valid) valid = participant.ValidAt;
        }

        return valid == Timestamp.Max ? null : valid;
    }

    private async Task ConfirmAsync(Participant participant, CancellationToken cancellation)
    {
        switch (await sender.SendAsync(new KeepAlive(participant.Descriptor.Address, transaction), cancellation))
        {
            case SplitReply.KeptAlive alive when participant.IsHeldBy(alive):
                participant.ValidAt = alive.At;
                break;
            case SplitReply.KeptAlive or SplitRefusal.SplitMoved:
                throw doom.Because(new SplitRefusal.Aborted(AbortReason.LeaseChanged));
            case SplitRefusal refusal:
                throw Refusals.OfRead(refusal).ToException();
            case var other:
                throw Refusals.Unexpected(other).ToException();
        }
    }

    private async ValueTask<ReadResult?> AskAsync(
        SplitDescriptor split, ReadTarget target, ReadLock mode, CancellationToken cancellation)
    {
        Participant participant = participants.Touch(split);
        SplitReply reply;
        do
        {
            // Waiting for a lock has no end of its own: the statement's time-out or the client's patience ends it.
            reply = await SendAsync(
                new LockingRead(split.Address, transaction, target, mode, participant.Lease), cancellation);
        }
        while (reply is SplitRefusal.LockNotFree && doom.Error is null);
        doom.ThrowIfSet();
        switch (reply)
        {
            case SplitReply.LockedRows rows:
                if (!participant.TryConfirm(rows.Lease))
                    throw doom.Because(new SplitRefusal.Aborted(AbortReason.LeaseChanged));
                participant.HeardAt = time.GetTimestamp();
                participant.ValidAt = rows.At;
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
        _exclusive ??= [];
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
