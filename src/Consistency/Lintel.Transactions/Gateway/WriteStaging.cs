using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Transactions.Writes;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Moves the buffered writes of a large transaction to their splits, where they are locked, replicated and invisible.
/// One buffer is under way while the caller fills the next, so a transaction holds at most two. To one split, stages
/// go one after the other, numbered; to different splits, a few at a time.
/// </summary>
internal sealed class WriteStaging(
    TransactionId transaction, ParticipantSet participants, PatientSender sender, TimeProvider time, GatewayLimits limits,
    Doom doom)
{
    private const int AttemptsMax = 4;
    private Task _underWay = Task.CompletedTask;

    /// <summary>The first key that was staged, or null.</summary>
    public Key? FirstKey { get; private set; }

    /// <summary>Takes the buffer's writes and sends them in the background, after the previous ones have arrived.</summary>
    public async ValueTask BeginAsync(WriteBuffer writes)
    {
        await SettleAsync();
        IReadOnlyList<Mutation> drained = writes.Drain();
        FirstKey ??= drained[0].Key;
        _underWay = RunAsync(drained);
    }

    /// <summary>Waits until what was taken has arrived; throws when it did not.</summary>
    public async ValueTask SettleAsync()
    {
        await _underWay;
        doom.ThrowIfSet();
    }

    private async Task RunAsync(IReadOnlyList<Mutation> mutations)
    {
        try
        {
            var patience = new MovePatience(time, limits.MovesMax);
            while (mutations.Count > 0)
            {
                mutations = await StageOnceAsync(mutations);
                if (mutations.Count > 0) await patience.OnMovedAsync();
            }
        }
        catch (LintelException failure)
        {
            doom.Set(failure.Error);
        }
        catch (OperationCanceledException) when (doom.Error is not null)
        {
            // Doomed while waiting: the reason is already there, and SettleAsync throws it.
        }
    }

    // Returns, in key order, the writes whose split moved before anything of them was staged.
    private async Task<IReadOnlyList<Mutation>> StageOnceAsync(IReadOnlyList<Mutation> mutations)
    {
        List<MutationGroup> groups = await MutationGroup.FormAsync(sender.Router, mutations, doom.Token);
        var moved = new List<Mutation>();
        var wave = new List<Task<IReadOnlyList<Mutation>>>(limits.StageSplitsInFlight);
        for (int i = 0; i < groups.Count; i += limits.StageSplitsInFlight)
        {
            wave.Clear();
            for (int j = i; j < Math.Min(groups.Count, i + limits.StageSplitsInFlight); j++) wave.Add(StageGroupAsync(groups[j]));
            foreach (IReadOnlyList<Mutation> left in await Task.WhenAll(wave)) moved.AddRange(left);
        }

        return moved;
    }

    private async Task<IReadOnlyList<Mutation>> StageGroupAsync(MutationGroup group)
    {
        Participant participant = participants.Touch(group.Split);
        for (int start = 0; start < group.Mutations.Count;)
        {
            int end = EndOfChunk(group.Mutations, start);
            var chunk = new Mutation[end - start];
            for (int i = start; i < end; i++) chunk[i - start] = group.Mutations[i];
            var request = new Stage(
                group.Split.Address, transaction, participant.StagedThrough + 1, chunk, participant.Lease);
            if (await IsStagedAsync(participant, request))
            {
                start = end;
                continue;
            }

            // Moved: these keys are another split's now. Had the transaction locked or staged anything there, the division
            // would have released all it holds in this one, and its next request here or its commit would be refused.
            return group.Mutations;
        }

        return [];
    }

    private async ValueTask<bool> IsStagedAsync(Participant participant, Stage request)
    {
        for (int attempt = 1; ; attempt++)
        {
            switch (await sender.SendAsync(request, doom.Token))
            {
                case SplitReply.Staged staged:
                    if (!participant.TryConfirm(staged.Lease))
                        throw doom.Because(new SplitRefusal.Aborted(AbortReason.LeaseChanged));
                    participant.OnStaged(request.Sequence);
                    return true;
                case SplitRefusal.SplitMoved moved:
                    sender.Router.Correct(request.To, moved.Now);
                    return false;
                case SplitRefusal.LockNotFree:
                    attempt--;
                    continue;
                case SplitRefusal.Unavailable when attempt < AttemptsMax:
                    continue;
                case SplitRefusal refusal:
                    throw Refusals.OfRead(refusal).ToException();
                case var other:
                    throw Refusals.Unexpected(other).ToException();
            }
        }
    }

    private int EndOfChunk(IReadOnlyList<Mutation> mutations, int start)
    {
        int end = start;
        for (long bytes = 0; end < mutations.Count && (end == start || bytes < limits.StageRequestBytes); end++)
            bytes += mutations[end].Key.Length + mutations[end].Value.Length + 8;
        return end;
    }
}
