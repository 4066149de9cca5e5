using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Transactions.Coordinator;
using Xunit;

namespace Lintel.Transactions.Tests.Coordinator;

/// <summary>
/// One run of a commit against a world that follows a list of choices and knows the truth: whether the decision took
/// effect. Each choice beyond the list is the first; <see cref="Run"/> extends the list with what it chose from.
/// </summary>
internal sealed class CommitPlay(int splits, List<(int Chosen, int Of)> choices)
{
    private const int EventsMax = 9;
    private readonly CommitCoordinator _coordinator = Begin(splits);
    private readonly List<(int Part, SplitRequest Request)> _sent = [];
    private readonly HashSet<int> _prepared = [];
    private bool _isAsked;
    private bool _isDecisionOut;
    private int _choice;
    private OutcomeKind _truth;
    private CommitResult? _result;

    public static TransactionId Transaction { get; } = new(new Timestamp(1), new NodeId(1), 1);

    public static Key Anchor { get; } = Key.FromText("0");

    public static KeySpan SpanOf(int split) => new(Key.FromText($"{split}"), Key.FromText($"{split + 1}"));

    public static CommitPart Part(int split, CommitRole role) => new(
        new SplitDescriptor(new SplitId((ulong)split + 1), 1, SpanOf(split), []),
        [Mutation.Put(Key.FromText($"{split}"), default)], default, 0, role);

    public static CommitCoordinator Begin(int splits) => new(
        Transaction, Anchor,
        [.. Enumerable.Range(0, splits).Select(i => Part(i, i == 0 ? CommitRole.Coordinator : CommitRole.Participant))],
        new CommitLimits(PrepareAttemptsMax: 2));

    /// <summary>The result, or null when the run was cut off before its end.</summary>
    public CommitResult? Run()
    {
        for (int events = 0; events < EventsMax; events++)
        {
            TakeSteps();
            if (_result is not null) break;
            List<Action> possible = Possible();
            possible[Choose(possible.Count)]();
        }

        TakeSteps();
        return _result;
    }

    private int Choose(int of)
    {
        if (_choice == choices.Count) choices.Add((0, of));
        Assert.Equal(of, choices[_choice].Of);
        return choices[_choice++].Chosen;
    }

    private void TakeSteps()
    {
        while (_coordinator.TryTake(out CommitStep step))
        {
            Assert.Null(_result);
            switch (step)
            {
                case CommitStep.Send { Request: Decide or CommitLocal } send:
                    Assert.Equal(splits - 1, _prepared.Count);
                    Assert.False(_isDecisionOut, "the decision was sent twice");
                    _isDecisionOut = true;
                    _sent.Add((send.Part, send.Request));
                    break;
                case CommitStep.Send send:
                    Assert.IsType<Prepare>(send.Request);
                    _sent.Add((send.Part, send.Request));
                    break;
                case CommitStep.Ask:
                    Assert.True(_isDecisionOut);
                    _isAsked = true;
                    break;
                case CommitStep.Undo undo:
                    Assert.True(_truth != OutcomeKind.Committed || undo.Request is Release, "a committed prepare is taken back");
                    break;
                case CommitStep.Ended ended:
                    OnEnded(ended.Result);
                    break;
            }
        }
    }

    private void OnEnded(CommitResult result)
    {
        _result = result;
        if (result is CommitResult.Committed) Assert.Equal(OutcomeKind.Committed, _truth);
        if (result is CommitResult.Failed) Assert.NotEqual(OutcomeKind.Committed, _truth);
        if (result is CommitResult.Failed && _isDecisionOut && _truth == OutcomeKind.Unknown)
            Assert.Fail("failure was reported while the decision could still take effect");
    }

    private List<Action> Possible()
    {
        var possible = new List<Action>();
        foreach (var sent in _sent.ToArray())
        {
            if (sent.Request is Prepare)
            {
                possible.Add(() => Answer(sent, Prepared(sent.Part)));
                possible.Add(() => Answer(sent, new SplitRefusal.Aborted(AbortReason.Wounded)));
                possible.Add(() => Answer(sent, new SplitRefusal.Unavailable("lost", Ambiguous: true)));
                continue;
            }

            if (_truth != OutcomeKind.Aborted) possible.Add(() => DecideAndAnswer(sent));
            if (_truth != OutcomeKind.Committed) possible.Add(() => RefuseDecision(sent));
            possible.Add(() => Answer(sent, new SplitRefusal.Unavailable("lost", Ambiguous: true)));
            if (_truth == OutcomeKind.Unknown) possible.Add(() => DecideInSilence(sent));
        }

        if (_isAsked)
        {
            possible.Add(AnswerQuestion);
            possible.Add(() => LoseQuestion());
        }

        possible.Add(() => _coordinator.OnGiveUp(new LintelError(ErrorCode.TransactionAborted, "late")));
        if (_isDecisionOut) possible.Add(() => _coordinator.OnDeadline(new LintelError(ErrorCode.TransactionAborted, "late")));
        return possible;
    }

    private SplitReply.Prepared Prepared(int part)
    {
        _prepared.Add(part);
        return new SplitReply.Prepared(new Timestamp(10 + part));
    }

    private void Answer((int Part, SplitRequest Request) sent, SplitReply reply)
    {
        _sent.Remove(sent);
        _coordinator.OnReply(sent.Part, reply);
    }

    private void DecideAndAnswer((int Part, SplitRequest Request) sent)
    {
        _truth = OutcomeKind.Committed;
        Answer(sent, new SplitReply.Committed(new Timestamp(20)));
    }

    private void RefuseDecision((int Part, SplitRequest Request) sent)
    {
        _truth = OutcomeKind.Aborted;
        Answer(sent, new SplitRefusal.Aborted(AbortReason.Wounded));
    }

    private void DecideInSilence((int Part, SplitRequest Request) sent)
    {
        _truth = OutcomeKind.Committed;
        Answer(sent, new SplitRefusal.Unavailable("the answer was lost", Ambiguous: true));
    }

    // Asking decides what was undecided.
    private void AnswerQuestion()
    {
        _isAsked = false;
        if (_truth == OutcomeKind.Unknown) _truth = OutcomeKind.Aborted;
        _coordinator.OnOutcome(_truth == OutcomeKind.Committed
            ? TransactionOutcome.Committed(new Timestamp(20))
            : TransactionOutcome.Aborted);
    }

    private void LoseQuestion()
    {
        _isAsked = false;
        _coordinator.OnOutcome(null);
    }
}
