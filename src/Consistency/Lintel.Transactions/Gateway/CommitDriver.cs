using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Transactions.Coordinator;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Does what a <see cref="CommitCoordinator"/> says: sends, waits, asks, and gives it the replies in the order in which
/// they come. One commit, on the store's context.
/// </summary>
internal sealed class CommitDriver(
    CommitCoordinator coordinator, TransactionId transaction, Key anchor, GatewayServices services)
{
    private readonly Queue<Action> _inbox = new();
    private MovePatience _patience = new(services.Environment.Time, services.Limits.MovesMax);
    private TaskCompletionSource _wake = NewWake();

    /// <summary>
    /// Commits. What lies in one split needs no driving as long as nothing goes wrong: one request, and its answer.
    /// </summary>
    public static async ValueTask<CommitResult> CommitAsync(
        GatewayServices services, TransactionId transaction, Key anchor, List<CommitPart> parts, Timestamp? notAfter,
        CancellationToken cancellation)
    {
        SplitReply? first = null;
        if (parts is [var only])
        {
            first = await ReplyAsync(services.Sender, only.Alone(transaction, anchor, notAfter));
            if (first is SplitReply.Committed done) return new CommitResult.Committed(done.At, IsWaitedOut: true);
        }

        var coordinator = new CommitCoordinator(transaction, anchor, parts, services.Limits.Commit, notAfter);
        if (first is not null && coordinator.TryTake(out CommitStep sent))
            coordinator.OnReply(((CommitStep.Send)sent).Part, first);
        return await new CommitDriver(coordinator, transaction, anchor, services).RunAsync(cancellation);
    }

    /// <summary>
    /// Drives the commit to its end. A cancellation is heard while giving up is free; afterwards the commit takes its
    /// course, since its outcome is worth more than the caller's time.
    /// </summary>
    private async Task<CommitResult> RunAsync(CancellationToken cancellation)
    {
        using var ended = new CancellationTokenSource();
        await using CancellationTokenRegistration registration =
            cancellation.UnsafeRegister(_ => services.Environment.Context.Post(_ => Tell(OnCancelled), null), null);
        CommitPhase timed = CommitPhase.Ended;
        while (true)
        {
            while (coordinator.TryTake(out CommitStep step))
            {
                if (step is CommitStep.Ended end)
                {
                    ended.Cancel();
                    return end.Result;
                }

                Do(step);
            }

            if (timed != coordinator.Phase)
            {
                timed = coordinator.Phase;
                Start(AfterAsync(timed, ended.Token));
            }

            await _wake.Task;
            _wake = NewWake();
            while (_inbox.TryDequeue(out Action? happened)) happened();
        }
    }

    private void Do(CommitStep step)
    {
        switch (step)
        {
            case CommitStep.Send send: Start(SendAsync(send)); break;
            case CommitStep.Ask: Start(AskAsync()); break;
            case CommitStep.Regroup regroup: Start(RegroupAsync(regroup)); break;
            case CommitStep.Undo undo: services.Courtesies.Send(undo.Request); break;
        }
    }

    private void Start(Task work) => Unawaited.Start(work, services.Environment.Context);

    private async Task SendAsync(CommitStep.Send send)
    {
        SplitReply reply = await ReplyAsync(services.Sender, send.Request);
        Tell(() => coordinator.OnReply(send.Part, reply));
    }

    private static async ValueTask<SplitReply> ReplyAsync(PatientSender sender, SplitRequest request)
    {
        try
        {
            return await sender.SendAsync(request);
        }
        catch (LintelException failure)
        {
            // The router does not say whether anything left: assume that it did.
            return new SplitRefusal.Unavailable(failure.Error.Message, Ambiguous: true);
        }
    }

    private async Task AskAsync()
    {
        TransactionOutcome? outcome = await OutcomeQuestion.AskOnceAsync(services.Sender, transaction, anchor);
        if (outcome is not { Kind: OutcomeKind.Committed or OutcomeKind.Aborted })
            await Task.Delay(services.Limits.AskEvery, services.Environment.Time);
        Tell(() => coordinator.OnOutcome(outcome));
    }

    private async Task RegroupAsync(CommitStep.Regroup regroup)
    {
        try
        {
            await _patience.OnMovedAsync();
            services.Sender.Router.Correct(regroup.From.Split.Address, regroup.Moved.Now);
            List<CommitPart> parts = await CommitParts.RegroupAsync(services.Sender.Router, regroup.From, anchor);
            Tell(() => coordinator.OnRegrouped(regroup.Part, parts));
        }
        catch (LintelException failure)
        {
            Tell(() => coordinator.OnGiveUp(failure.Error));
        }
    }

    // One bound per phase. It speaks only if that phase still lasts.
    private async Task AfterAsync(CommitPhase phase, CancellationToken ended)
    {
        try
        {
            await Task.Delay(PatienceFor(phase), services.Environment.Time, ended);
            Tell(() => OnLate(phase));
        }
        catch (OperationCanceledException)
        {
            // The commit ended first: the timer has nothing to say.
        }
    }

    private TimeSpan PatienceFor(CommitPhase phase) => phase switch
    {
        CommitPhase.Preparing => services.Limits.PrepareWithin,
        CommitPhase.Deciding => services.Limits.DecideWithin,
        _ => services.Limits.OutcomeWithin,
    };

    private void OnLate(CommitPhase phase)
    {
        if (coordinator.Phase != phase) return;
        if (phase == CommitPhase.Asking) coordinator.OnDeadline(Late("the outcome"));
        else coordinator.OnGiveUp(Late(phase == CommitPhase.Preparing ? "the prepares" : "the decision"));
    }

    private void OnCancelled()
    {
        if (coordinator.Phase == CommitPhase.Preparing)
            coordinator.OnGiveUp(new LintelError(ErrorCode.Cancelled, "the commit was cancelled before it was decided"));
    }

    private static LintelError Late(string what) => new(
        ErrorCode.TransactionAborted, "the transaction was aborted", $"{what} did not come in time",
        "run the transaction again, as a retry of this one");

    private void Tell(Action happened)
    {
        _inbox.Enqueue(happened);
        _wake.TrySetResult();
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
