using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Requests;

/// <summary>
/// What a gateway asks of the leaseholder of one split. Every request names the split and the generation of the
/// descriptor it was routed by; the replica checks that the keys lie in its span and answers
/// <see cref="SplitRefusal.SplitMoved"/> when they do not, whatever the generation. All requests may be resent: a
/// repeated commit, decision or stage is recognised by its transaction and answered as the first time.
/// </summary>
/// <param name="To">The split asked.</param>
public abstract record SplitRequest(SplitAddress To)
{
    /// <summary>Whether every key of the request lies in <paramref name="span"/>.</summary>
    public abstract bool LiesIn(KeySpan span);

    /// <summary>The transaction on whose behalf this is, or none.</summary>
    public virtual TransactionId OnBehalfOf => default;

    /// <summary>
    /// Whether serving this lets others go on: it ends a transaction here, or keeps its locks from being taken for
    /// abandoned. Such requests are still let in where those that wait for locks are refused as too many.
    /// </summary>
    public virtual bool Frees => false;

    private protected static bool AllIn(KeySpan span, IReadOnlyList<Mutation> mutations)
    {
        foreach (Mutation mutation in mutations)
        {
            if (!span.Contains(mutation.Key)) return false;
        }

        return true;
    }
}

/// <summary>
/// Reads the newest versions under locks, with the transaction's own staged writes overlaid. Answered by
/// <see cref="SplitReply.LockedRows"/>. A span is locked as far as it was read, gaps included.
/// </summary>
/// <param name="To">The split asked.</param>
/// <param name="Transaction">Who reads.</param>
/// <param name="Target">What to read.</param>
/// <param name="Lock">Which lock to take.</param>
/// <param name="Lease">
/// The leadership under which the transaction holds locks here, or none. When those are gone, the read is refused: new
/// locks must not pass for the old ones.
/// </param>
public sealed record LockingRead(
    SplitAddress To, TransactionId Transaction, ReadTarget Target, ReadLock Lock, LeaseSequence Lease = default)
    : SplitRequest(To)
{
    /// <inheritdoc/>
    public override TransactionId OnBehalfOf => Transaction;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => Target.LiesIn(span);
}

/// <summary>
/// Reads without locks at a timestamp. Answered by <see cref="SplitReply.SnapshotRows"/>.
/// </summary>
/// <param name="To">The split asked.</param>
/// <param name="Target">What to read.</param>
/// <param name="At">The timestamp, or zero: the leaseholder picks one that makes the read strong.</param>
/// <param name="FollowerAllowed">Whether a replica that does not hold the lease may answer from its safe time.</param>
public sealed record SnapshotRead(SplitAddress To, ReadTarget Target, Timestamp At, bool FollowerAllowed)
    : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => Target.LiesIn(span);
}

/// <summary>
/// Commits a transaction whose every read and write lies in one split. Answered by <see cref="SplitReply.Committed"/>.
/// An outcome record under (anchor, transaction) is written with the data, so that a resend gets the same answer.
/// </summary>
/// <param name="To">The split asked.</param>
/// <param name="Transaction">Who commits.</param>
/// <param name="Anchor">The key whose split keeps the outcome record; it must lie in this split.</param>
/// <param name="Mutations">The writes, at most one of a key.</param>
/// <param name="Lease">The leadership under which the transaction read here, or none.</param>
/// <param name="StagedThrough">Sequence of the last <see cref="Stage"/> to this split, or zero.</param>
/// <param name="NotAfter">The latest timestamp it may commit at; refused with TooLate otherwise. Null is no bound.</param>
public sealed record CommitLocal(
    SplitAddress To,
    TransactionId Transaction,
    Key Anchor,
    IReadOnlyList<Mutation> Mutations,
    LeaseSequence Lease,
    long StagedThrough,
    Timestamp? NotAfter = null) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool Frees => !Lease.IsNone;

    /// <inheritdoc/>
    public override TransactionId OnBehalfOf => Transaction;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => span.Contains(Anchor) && AllIn(span, Mutations);
}

/// <summary>
/// Prepares a participant: locks, checks, and logs the writes together with the transaction's read locks here, so that
/// both survive a change of leader. Sent to every split that the transaction read or wrote (also with no writes),
/// except the coordinator split. Answered by <see cref="SplitReply.Prepared"/>.
/// </summary>
/// <param name="To">The split asked.</param>
/// <param name="Transaction">Who prepares.</param>
/// <param name="Coordinator">Anchor key of the transaction: its split decides and is asked when in doubt.</param>
/// <param name="Mutations">The writes here, at most one of a key.</param>
/// <param name="Lease">The leadership under which the transaction read here, or none.</param>
/// <param name="StagedThrough">Sequence of the last <see cref="Stage"/> to this split, or zero.</param>
public sealed record Prepare(
    SplitAddress To,
    TransactionId Transaction,
    Key Coordinator,
    IReadOnlyList<Mutation> Mutations,
    LeaseSequence Lease,
    long StagedThrough) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool Frees => !Lease.IsNone;

    /// <inheritdoc/>
    public override TransactionId OnBehalfOf => Transaction;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => AllIn(span, Mutations);
}

/// <summary>
/// Decides a transaction at its coordinator split: picks the commit timestamp, logs outcome and own writes in one
/// entry, waits it out. Answered by <see cref="SplitReply.Committed"/>. The coordinator then sees to it that every
/// participant resolves, whether or not the gateway lives.
/// </summary>
/// <param name="To">The split asked.</param>
/// <param name="Transaction">Who commits.</param>
/// <param name="Anchor">The key under which participants were told to ask; it must lie in this split.</param>
/// <param name="Mutations">The writes at the coordinator split itself.</param>
/// <param name="Lease">The leadership under which the transaction read here, or none.</param>
/// <param name="StagedThrough">Sequence of the last <see cref="Stage"/> to this split, or zero.</param>
/// <param name="Participants">
/// The other splits, as the spans of their descriptors at prepare. Spans, because a participant may divide before it
/// is resolved: whoever owns a part of the span then is told.
/// </param>
/// <param name="MaxPrepared">The latest prepare timestamp any participant answered.</param>
/// <param name="NotAfter">The latest timestamp it may commit at; refused with TooLate otherwise. Null is no bound.</param>
public sealed record Decide(
    SplitAddress To,
    TransactionId Transaction,
    Key Anchor,
    IReadOnlyList<Mutation> Mutations,
    LeaseSequence Lease,
    long StagedThrough,
    IReadOnlyList<KeySpan> Participants,
    Timestamp MaxPrepared,
    Timestamp? NotAfter = null) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool Frees => true;

    /// <inheritdoc/>
    public override TransactionId OnBehalfOf => Transaction;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => span.Contains(Anchor) && AllIn(span, Mutations);
}

/// <summary>
/// Tells a participant the outcome; also how a gateway takes back a prepare that it will never decide. Answered by
/// <see cref="SplitReply.Done"/>, also when nothing was prepared there (any more).
/// </summary>
/// <param name="To">The split asked.</param>
/// <param name="Transaction">Whose outcome this is.</param>
/// <param name="Within">The part of the participant's span that this split is asked to resolve.</param>
/// <param name="Outcome">Committed or aborted; never unknown.</param>
public sealed record Resolve(SplitAddress To, TransactionId Transaction, KeySpan Within, TransactionOutcome Outcome)
    : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool Frees => true;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => span.Contains(Within);
}

/// <summary>
/// Asks the split of the anchor what became of a transaction. Answered by <see cref="SplitReply.Outcome"/>. With
/// <paramref name="MayAbort"/>, a transaction without a record is aborted for good; without it, the answer may be
/// unknown. It is also unknown when the transaction began before the oldest records that are kept: its own may have
/// been collected. Not so for a prepared participant that is <paramref name="InDoubt"/>: until it knows, the record of a
/// commit is kept.
/// </summary>
public sealed record AskOutcome(
    SplitAddress To, TransactionId Transaction, Key Anchor, bool MayAbort, bool InDoubt = false) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool Frees => true;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => span.Contains(Anchor);
}

/// <summary>
/// Gives up: releases every lock of an unprepared transaction here and drops what it staged. Answered by
/// <see cref="SplitReply.Done"/>.
/// </summary>
public sealed record Release(SplitAddress To, TransactionId Transaction) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool Frees => true;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => true;
}

/// <summary>
/// Keeps the locks of a transaction for another keep-alive period. Answered by <see cref="SplitReply.KeptAlive"/>.
/// </summary>
public sealed record KeepAlive(SplitAddress To, TransactionId Transaction) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool Frees => true;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => true;
}

/// <summary>
/// Stages a part of a large transaction: its writes are locked and replicated, and invisible until the transaction
/// commits. Answered by <see cref="SplitReply.Staged"/>. A key staged again replaces what was staged for it before.
/// Staged writes do not outlive the leadership they were staged under, unless they are prepared or committed.
/// </summary>
/// <param name="To">The split asked.</param>
/// <param name="Transaction">Who stages.</param>
/// <param name="Sequence">1 for the first stage of this transaction to this split, then one more each time.</param>
/// <param name="Mutations">The writes, at most one of a key.</param>
/// <param name="Lease">The leadership of the transaction's reads or earlier stages here, or none.</param>
public sealed record Stage(
    SplitAddress To,
    TransactionId Transaction,
    long Sequence,
    IReadOnlyList<Mutation> Mutations,
    LeaseSequence Lease) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override TransactionId OnBehalfOf => Transaction;

    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => AllIn(span, Mutations);
}
