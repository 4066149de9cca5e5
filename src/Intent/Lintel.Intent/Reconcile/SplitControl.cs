using Lintel.Environment;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Divide;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Transactions.Api;

namespace Lintel.Intent.Reconcile;

/// <summary>
/// What control does with splits: finds them, divides them, moves their replicas. Called from outside the store's
/// context; the work runs inside. Everything may be asked for again: what is done already is left alone.
/// </summary>
public sealed class SplitControl(NodeEnvironment environment, ISplitRouter router, ITransactionSource transactions, NodeId self)
{
    // Ids of transactions begun here are told from those of gateway (none) and upkeep (bit 63) by bit 62.
    private const ulong OwnSequences = 1UL << 62;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private ulong _sequence;

    /// <summary>The split that owns a key.</summary>
    public Task<SplitDescriptor> FindAsync(Key key, CancellationToken cancellation = default) =>
        InsideAsync(async () => await router.FindAsync(key, cancellation));

    /// <summary>
    /// The splits that own a part of <paramref name="span"/>, in key order, as they are recorded now. What the router has
    /// in its cache may be older: it is corrected only by what is asked of the splits.
    /// </summary>
    public async Task<IReadOnlyList<SplitDescriptor>> ListAsync(KeySpan span, CancellationToken cancellation = default)
    {
        var found = new List<SplitDescriptor>();
        await using ISnapshotReader snapshot = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        KeySpan rest = KeySpace.MetaSpan;
        while (!rest.IsEmpty)
        {
            ScanPage page = await snapshot.ScanAsync(rest, default, cancellation);
            found.AddRange(page.Rows.Select(row => MetaRecords.Decode(row.Value)).Where(split => !split.Span.Intersect(span).IsEmpty));
            rest = page.Rest;
        }

        return found;
    }

    /// <summary>
    /// Makes a split begin at <paramref name="at"/>. False when one does already. Fails as Unavailable when it does not
    /// come about in time.
    /// </summary>
    public Task<bool> DivideAsync(Key at, CancellationToken cancellation = default) => InsideAsync(async () =>
    {
        bool asked = false;
        await PersistAsync($"a split at {at}", async () =>
        {
            SplitDescriptor owner = await router.FindAsync(at, cancellation);
            if (owner.Span.Start == at) return null;
            SplitId? right = await SplitIds.AllocateAsync(router, NextTransaction());
            if (right is not { } id) return "no id could be drawn for it";
            asked = true;
            SplitReply reply = await router.SendAsync(new DivideSplit(owner.Address, at, id), cancellation);
            switch (reply)
            {
                case SplitReply.Divided divided:
                    router.Correct(owner.Address, [divided.Left, divided.Right]);
                    return null;
                case SplitRefusal.SplitMoved moved:
                    router.Correct(owner.Address, moved.Now);
                    return "it had moved";
                case SplitRefusal refusal:
                    return refusal.ToError().ToString();
                default:
                    return $"an answer of another kind: {reply.GetType().Name}";
            }
        }, cancellation);
        return asked;
    });

    /// <summary>Makes the voters of the split that owns <paramref name="key"/> exactly <paramref name="nodes"/>.</summary>
    public Task PlaceAsync(Key key, IReadOnlyList<NodeId> nodes, CancellationToken cancellation = default) => InsideAsync(async () =>
    {
        SplitReplicaPlace[] places = [.. nodes.Order().Select(node => new SplitReplicaPlace(node, ReplicaRole.Voter))];
        await PersistAsync($"replicas of the split at {key}", async () =>
        {
            SplitDescriptor split = await router.FindAsync(key, cancellation);
            if (split.Replicas.SequenceEqual(places)) return null;
            SplitReply reply = await router.SendAsync(new ChangeReplicas(split.Address, places), cancellation);
            switch (reply)
            {
                case SplitReply.ReplicasChanged changed:
                    router.Correct(split.Address, [changed.Now]);
                    return null;
                case SplitRefusal.SplitMoved moved:
                    router.Correct(split.Address, moved.Now);
                    return "it had moved";
                case SplitRefusal refusal:
                    return refusal.ToError().ToString();
                default:
                    return $"an answer of another kind: {reply.GetType().Name}";
            }
        }, cancellation);
        return true;
    });

    // Attempts until one says nothing, or patience is over.
    private async Task PersistAsync(string what, Func<Task<string?>> attempt, CancellationToken cancellation)
    {
        long began = environment.Time.GetTimestamp();
        while (true)
        {
            string? why;
            try
            {
                why = await attempt();
            }
            catch (LintelException failure) when (failure.Error.Code is ErrorCode.Unavailable or ErrorCode.Timeout or ErrorCode.Busy)
            {
                why = failure.Error.ToString();
            }

            if (why is null) return;
            if (environment.Time.GetElapsedTime(began) > Patience)
                throw new LintelException(ErrorCode.Unavailable, $"{what} could not be had in time", why, "apply it again");
            await Task.Delay(Pause, environment.Time, cancellation);
        }
    }

    private TransactionId NextTransaction() => new(environment.TrueTime.Now().Latest, self, OwnSequences | ++_sequence);

    private Task<T> InsideAsync<T>(Func<Task<T>> body)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        environment.Context.Post(_ => _ = RunAsync(), null);
        return done.Task;

        async Task RunAsync()
        {
            try
            {
                done.SetResult(await body());
            }
            catch (Exception failure)
            {
                // Whatever it is belongs to the caller, who awaits it.
                done.SetException(failure);
            }
        }
    }
}
