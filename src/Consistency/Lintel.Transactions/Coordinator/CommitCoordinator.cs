using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;

namespace Lintel.Transactions.Coordinator;

/// <summary>
/// Two-phase commit over replicated splits as its gateway drives it (OSDI 2012, section 4.2.1): a value that is told
/// replies and says what to send. It knows no clock, no task and no network.
///
/// One part: its split commits by itself, one round trip. Several parts: the split that owns the anchor key is the
/// coordinator split. All others prepare in parallel; when the last has, the coordinator split is told to decide, with
/// the latest prepare timestamp. The coordinator split, not this gateway, is where the outcome lives: if the gateway
/// dies, participants ask there, and find the outcome or abort the transaction for good.
///
/// Hence the line between the phases. Before the decision was sent, failing costs nothing: nobody can commit. Once it
/// was sent, only an answer ends the commit: the coordinator's reply, or the recorded outcome. An answer that does not
/// come is asked for; asking aborts what is undecided, so that the answer is final. The decision itself is never sent
/// again after its answer was lost.
///
/// A split that divided refuses with SplitMoved. Writes that left nothing there (no locks, nothing staged) are grouped
/// again by the splits that own them now; otherwise locks may have been lost, and the transaction is aborted.
/// </summary>
/// <remarks>
/// X03: the decision is sent only when every participant is prepared, and only after an earlier one was refused
/// without doubt. X04: MaxPrepared is the latest of all prepare timestamps. X05: after the decision was sent, failure
/// is reported only on a definite answer. X06: a commit ends once.
/// </remarks>
public sealed class CommitCoordinator
{
    private readonly TransactionId _transaction;
    private readonly Key _anchor;
    private readonly CommitLimits _limits;
    private readonly Timestamp? _notAfter;
    private readonly List<Participant> _parts = [];
    private readonly Queue<CommitStep> _steps = new();
    private int _coordinator = -1;
    private int _regroups;

    /// <summary>
    /// Begins. <paramref name="parts"/> are different splits, one of which owns <paramref name="anchor"/> and
    /// coordinates. It does not commit at a timestamp above <paramref name="notAfter"/>.
    /// </summary>
    public CommitCoordinator(
        TransactionId transaction, Key anchor, IReadOnlyList<CommitPart> parts, CommitLimits limits,
        Timestamp? notAfter = null)
    {
        (_transaction, _anchor, _limits, _notAfter) = (transaction, anchor, limits, notAfter);
        foreach (CommitPart part in parts) Add(part);
        Invariant.Require("X03", _coordinator >= 0, "exactly one part coordinates");
        DecideWhenPrepared();
    }

    /// <summary>Where the commit is.</summary>
    public CommitPhase Phase { get; private set; } = CommitPhase.Preparing;

    /// <summary>The next step to do, in order.</summary>
    public bool TryTake(out CommitStep step) => _steps.TryDequeue(out step!);

    /// <summary>A part answered. Late answers are told, too; they are ignored where they change nothing.</summary>
    public void OnReply(int part, SplitReply reply)
    {
        if (Phase == CommitPhase.Ended) return;
        if (part == _coordinator) OnDecisionReply(reply);
        else if (_parts[part].Standing == Standing.Asked) OnPrepareReply(part, reply);
    }

    /// <summary>The writes of a part that moved, grouped anew.</summary>
    public void OnRegrouped(int part, IReadOnlyList<CommitPart> now)
    {
        if (Phase != CommitPhase.Preparing || _parts[part].Standing != Standing.Moved) return;
        _parts[part].Standing = Standing.Gone;
        if (part == _coordinator) _coordinator = -1;
        foreach (CommitPart fresh in now)
        {
            if (Merge(fresh)) continue;
            Fail(new SplitRefusal.Aborted(AbortReason.LeaseChanged).ToError());
            return;
        }

        Invariant.Require("X03", _coordinator >= 0, "exactly one part coordinates");
        DecideWhenPrepared();
    }

    /// <summary>The outcome was asked for; null when there was no answer.</summary>
    public void OnOutcome(TransactionOutcome? outcome)
    {
        if (Phase != CommitPhase.Asking) return;
        switch (outcome?.Kind)
        {
            case OutcomeKind.Committed:
                End(new CommitResult.Committed(outcome.Value.At, IsWaitedOut: false));
                break;
            case OutcomeKind.Aborted:
                Fail(new SplitRefusal.Aborted(AbortReason.OutcomeExists).ToError());
                break;
            default:
                _steps.Enqueue(CommitStep.Ask.Instance);
                break;
        }
    }

    /// <summary>
    /// The caller's patience for the present phase is over (a deadline, a cancellation, locks that do not come): gives
    /// up while that is free, and asks for the outcome once the decision is on its way.
    /// </summary>
    public void OnGiveUp(LintelError reason)
    {
        if (Phase == CommitPhase.Preparing) Fail(reason);
        else if (Phase == CommitPhase.Deciding) BeginAsking();
    }

    /// <summary>The last deadline has passed: whatever is not known now is reported as unknown.</summary>
    public void OnDeadline(LintelError reason)
    {
        if (Phase == CommitPhase.Preparing) Fail(reason);
        else if (Phase != CommitPhase.Ended) End(new CommitResult.Unknown());
    }

    private void Add(CommitPart part)
    {
        int index = _parts.Count;
        _parts.Add(new Participant(part));
        if (part.Role == CommitRole.Coordinator)
        {
            Invariant.Require("X03", _coordinator < 0, "exactly one part coordinates");
            _coordinator = index;
            return;
        }

        SendPrepare(index);
    }

    // A split prepares a transaction once: what falls to one that was asked already comes too late.
    private bool Merge(CommitPart fresh)
    {
        for (int i = 0; i < _parts.Count; i++)
        {
            Participant known = _parts[i];
            if (known.Standing == Standing.Gone || known.Part.Split.Split != fresh.Split.Split) continue;
            if (known.Standing != Standing.Idle) return false;
            _parts[i] = new Participant(known.Part with { Mutations = [.. known.Part.Mutations, .. fresh.Mutations] });
            return true;
        }

        Add(fresh);
        return true;
    }

    private void SendPrepare(int index)
    {
        CommitPart part = _parts[index].Part;
        _parts[index].Standing = Standing.Asked;
        _parts[index].Attempts++;
        _steps.Enqueue(new CommitStep.Send(index, new Prepare(
            part.Split.Address, _transaction, _anchor, part.Mutations, part.Lease, part.StagedThrough)));
    }

    private void OnPrepareReply(int index, SplitReply reply)
    {
        switch (reply)
        {
            case SplitReply.Prepared prepared:
                _parts[index].Standing = Standing.Prepared;
                _parts[index].PreparedAt = prepared.At;
                DecideWhenPrepared();
                break;
            case SplitRefusal.SplitMoved moved:
                RegroupOrFail(index, moved);
                break;
            case SplitRefusal.Unavailable { Ambiguous: true } when _parts[index].Attempts < _limits.PrepareAttemptsMax:
                SendPrepare(index);
                break;
            case SplitRefusal.Unavailable unavailable:
                Fail(NothingHappened(unavailable));
                break;
            case SplitRefusal refusal:
                Fail(refusal.ToError());
                break;
            default:
                Fail(Unexpected(reply));
                break;
        }
    }

    private void OnDecisionReply(SplitReply reply)
    {
        if (Phase is not (CommitPhase.Deciding or CommitPhase.Asking)) return;
        switch (reply)
        {
            case SplitReply.Committed committed:
                End(new CommitResult.Committed(committed.At, IsWaitedOut: true));
                break;
            case SplitRefusal { IsAmbiguous: true }:
                if (Phase == CommitPhase.Deciding) BeginAsking();
                break;
            case SplitRefusal.SplitMoved moved when Phase == CommitPhase.Deciding:
                RegroupOrFail(_coordinator, moved);
                break;
            case SplitRefusal.Unavailable unavailable:
                Fail(NothingHappened(unavailable));
                break;
            case SplitRefusal refusal:
                Fail(refusal.ToError());
                break;
            default:
                if (Phase == CommitPhase.Deciding) BeginAsking();
                break;
        }
    }

    private void RegroupOrFail(int index, SplitRefusal.SplitMoved moved)
    {
        if (_parts[index].Part.IsBound)
        {
            Fail(new SplitRefusal.Aborted(AbortReason.LeaseChanged).ToError());
            return;
        }

        if (++_regroups > _limits.RegroupsMax)
        {
            Fail(new LintelError(
                ErrorCode.Unavailable, "the commit found no stable set of splits", "they divided or moved again and again",
                "run the transaction again"));
            return;
        }

        Phase = CommitPhase.Preparing;
        _parts[index].Standing = Standing.Moved;
        _steps.Enqueue(new CommitStep.Regroup(index, _parts[index].Part, moved));
    }

    private void DecideWhenPrepared()
    {
        if (Phase != CommitPhase.Preparing) return;
        var spans = new List<KeySpan>(_parts.Count);
        Timestamp latest = Timestamp.Zero;
        for (int i = 0; i < _parts.Count; i++)
        {
            Participant participant = _parts[i];
            if (i == _coordinator || participant.Standing == Standing.Gone) continue;
            if (participant.Standing != Standing.Prepared) return;
            spans.Add(participant.Part.Split.Span);
            latest = Timestamp.Later(latest, participant.PreparedAt);
        }

        if (_coordinator < 0 || _parts[_coordinator].Standing == Standing.Moved) return;
        CommitPart own = _parts[_coordinator].Part;
        Phase = CommitPhase.Deciding;
        _steps.Enqueue(new CommitStep.Send(_coordinator, spans.Count == 0
            ? own.Alone(_transaction, _anchor, _notAfter)
            : new Decide(
                own.Split.Address, _transaction, _anchor, own.Mutations, own.Lease, own.StagedThrough, spans, latest,
                _notAfter)));
    }

    private void BeginAsking()
    {
        Phase = CommitPhase.Asking;
        _steps.Enqueue(CommitStep.Ask.Instance);
    }

    // Takes back what may be prepared. A prepare that arrives later still asks the coordinator, and is told to abort.
    private void Fail(LintelError error)
    {
        for (int i = 0; i < _parts.Count; i++)
        {
            Participant participant = _parts[i];
            CommitPart part = participant.Part;
            if (i == _coordinator)
                _steps.Enqueue(new CommitStep.Undo(new Release(part.Split.Address, _transaction)));
            else if (participant.Standing is Standing.Asked or Standing.Prepared)
                _steps.Enqueue(new CommitStep.Undo(new Resolve(
                    part.Split.Address, _transaction, part.Split.Span, TransactionOutcome.Aborted)));
        }

        End(new CommitResult.Failed(error));
    }

    private void End(CommitResult result)
    {
        Invariant.Require("X06", Phase != CommitPhase.Ended, "a commit ends once");
        Phase = CommitPhase.Ended;
        _steps.Enqueue(new CommitStep.Ended(result));
    }

    private static LintelError NothingHappened(SplitRefusal.Unavailable refusal) => new(
        ErrorCode.Unavailable, "the commit was given up, and nothing of it happened", refusal.Why, "run the transaction again");

    private static LintelError Unexpected(SplitReply reply) =>
        new(ErrorCode.Internal, "a split answered what was not asked", reply.GetType().Name);

    private enum Standing
    {
        Idle,
        Asked,
        Prepared,
        Moved,
        Gone,
    }

    private sealed class Participant(CommitPart part)
    {
        public CommitPart Part { get; } = part;

        public Standing Standing { get; set; }

        public Timestamp PreparedAt { get; set; }

        public int Attempts { get; set; }
    }
}
