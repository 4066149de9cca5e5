using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Transactions.Coordinator;
using Xunit;

namespace Lintel.Transactions.Tests.Coordinator;

/// <summary>Every order of replies, losses, refusals and time-outs of small commits.</summary>
public sealed class CommitCoordinatorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_order_of_events_keeps_the_promises(int splits)
    {
        int runs = 0;
        int committed = 0;
        int unknown = 0;
        var choices = new List<(int Chosen, int Of)>();
        do
        {
            var play = new CommitPlay(splits, choices);
            CommitResult? result = play.Run();
            runs++;
            if (result is CommitResult.Committed) committed++;
            if (result is CommitResult.Unknown) unknown++;
        }
        while (Advance(choices));

        Assert.True(runs > (splits == 1 ? 20 : 1_000), $"only {runs} runs");
        Assert.True(committed > 0);
        Assert.True(unknown > 0);
    }

    [Fact]
    public void One_split_commits_in_one_round_trip()
    {
        var coordinator = CommitPlay.Begin(1);
        Assert.True(coordinator.TryTake(out CommitStep step));
        Assert.IsType<CommitLocal>(Assert.IsType<CommitStep.Send>(step).Request);
        Assert.False(coordinator.TryTake(out _));
        coordinator.OnReply(0, new SplitReply.Committed(new Timestamp(7)));
        Assert.True(coordinator.TryTake(out step));
        Assert.Equal(new CommitStep.Ended(new CommitResult.Committed(new Timestamp(7), IsWaitedOut: true)), step);
    }

    [Fact]
    public void The_decision_carries_the_latest_prepare_timestamp_and_every_participant()
    {
        var coordinator = CommitPlay.Begin(3);
        Drain(coordinator);
        coordinator.OnReply(1, new SplitReply.Prepared(new Timestamp(9)));
        Assert.Empty(Drain(coordinator));
        coordinator.OnReply(2, new SplitReply.Prepared(new Timestamp(5)));
        var decide = (Decide)((CommitStep.Send)Assert.Single(Drain(coordinator))).Request;
        Assert.Equal(new Timestamp(9), decide.MaxPrepared);
        Assert.Equal([CommitPlay.SpanOf(1), CommitPlay.SpanOf(2)], decide.Participants);
    }

    [Fact]
    public void A_participant_that_divided_is_grouped_again_when_nothing_is_held_there()
    {
        var coordinator = CommitPlay.Begin(2);
        Drain(coordinator);
        coordinator.OnReply(1, new SplitRefusal.SplitMoved([]));
        var regroup = (CommitStep.Regroup)Assert.Single(Drain(coordinator));
        coordinator.OnRegrouped(1, [CommitPlay.Part(2, CommitRole.Participant), CommitPlay.Part(3, CommitRole.Participant)]);
        Assert.Equal(1, regroup.Part);
        Assert.Equal(2, Drain(coordinator).Count);
        coordinator.OnReply(2, new SplitReply.Prepared(new Timestamp(1)));
        coordinator.OnReply(3, new SplitReply.Prepared(new Timestamp(2)));
        var decide = (Decide)((CommitStep.Send)Assert.Single(Drain(coordinator))).Request;
        Assert.Equal([CommitPlay.SpanOf(2), CommitPlay.SpanOf(3)], decide.Participants);
    }

    [Fact]
    public void A_participant_that_divided_aborts_the_transaction_when_locks_are_held_there()
    {
        var bound = CommitPlay.Part(1, CommitRole.Participant) with { Lease = new LeaseSequence(new SplitId(2), 1) };
        var coordinator = new CommitCoordinator(
            CommitPlay.Transaction, CommitPlay.Anchor, [CommitPlay.Part(0, CommitRole.Coordinator), bound], new CommitLimits());
        Drain(coordinator);
        coordinator.OnReply(1, new SplitRefusal.SplitMoved([]));
        var ended = (CommitStep.Ended)Drain(coordinator)[^1];
        Assert.Equal(ErrorCode.TransactionAborted, Assert.IsType<CommitResult.Failed>(ended.Result).Error.Code);
    }

    [Fact]
    public void A_split_is_not_prepared_twice_with_different_writes()
    {
        var coordinator = CommitPlay.Begin(3);
        Drain(coordinator);
        coordinator.OnReply(1, new SplitReply.Prepared(new Timestamp(1)));
        coordinator.OnReply(2, new SplitRefusal.SplitMoved([]));
        Drain(coordinator);
        coordinator.OnRegrouped(2, [CommitPlay.Part(1, CommitRole.Participant)]);
        Assert.IsType<CommitResult.Failed>(((CommitStep.Ended)Drain(coordinator)[^1]).Result);
    }

    private static List<CommitStep> Drain(CommitCoordinator coordinator)
    {
        var steps = new List<CommitStep>();
        while (coordinator.TryTake(out CommitStep step)) steps.Add(step);
        return steps;
    }

    // The next sequence of choices, like a counter with a base of its own in every place.
    private static bool Advance(List<(int Chosen, int Of)> choices)
    {
        while (choices.Count > 0)
        {
            (int chosen, int of) = choices[^1];
            if (chosen + 1 < of)
            {
                choices[^1] = (chosen + 1, of);
                return true;
            }

            choices.RemoveAt(choices.Count - 1);
        }

        return false;
    }
}
