using Lintel.Raft;
using Lintel.Raft.Log;

namespace Lintel.Splits.Replica;

/// <summary>
/// Proposals of this replica that are not decided yet. An entry is decided when something is applied at its index: an
/// entry of its term is it, any other means that it is lost for good. Nothing else decides it, not even that this
/// replica's own log holds another entry there: the entry may live on in somebody else's log and win. So the table
/// outlives the leadership that filled it, and may hold several proposals for one index.
/// </summary>
/// <remarks>
/// There is no timer per proposal: <see cref="Expire"/> is called with every tick.
/// </remarks>
public sealed class ProposalTable
{
    private readonly PriorityQueue<Waiting, (ulong Index, ulong Term)> _waiting = new();
    private readonly Queue<Waiting> _byAge = new();

    /// <summary>Proposals not decided yet.</summary>
    public int Count => _waiting.Count;

    /// <summary>
    /// Waits for what becomes of an entry that was just appended. When nothing was learned by <paramref name="deadline"/>
    /// (monotonic), the answer is <see cref="ProposalFate.Unknown"/>, which carries a task for the final one.
    /// </summary>
    public Task<ProposalFate> WaitAsync(LogIndex at, Term term, long deadline)
    {
        var waiting = new Waiting(at, term, deadline);
        _waiting.Enqueue(waiting, (at.Value, term.Value));
        _byAge.Enqueue(waiting);
        return waiting.Answer.Task;
    }

    /// <summary>An entry was applied.</summary>
    public void OnApplied(in LogEntry entry, AppliedResult result)
    {
        while (_waiting.TryPeek(out Waiting? waiting, out _) && waiting.At <= entry.Index)
        {
            _waiting.Dequeue();
            waiting.Decide(waiting.At == entry.Index && waiting.Term == entry.Term
                ? new ProposalFate.Applied(result)
                : new ProposalFate.Lost("another entry took its place in the log"));
        }
    }

    /// <summary>A snapshot replaced the log up to here: what was waiting below cannot be told any more.</summary>
    public void OnSnapshot(LogIndex through)
    {
        while (_waiting.TryPeek(out Waiting? waiting, out _) && waiting.At <= through)
        {
            _waiting.Dequeue();
            waiting.Decide(new ProposalFate.Unknown(null));
        }
    }

    /// <summary>Answers those whose deadline has passed, at a monotonic time.</summary>
    public void Expire(long now)
    {
        while (_byAge.TryPeek(out Waiting? oldest) && (oldest.IsDecided || oldest.Deadline <= now))
        {
            _byAge.Dequeue();
            if (!oldest.IsDecided) oldest.Expire();
        }
    }

    private sealed class Waiting(LogIndex at, Term term, long deadline)
    {
        private TaskCompletionSource<ProposalFate>? _final;

        public LogIndex At { get; } = at;

        public Term Term { get; } = term;

        public long Deadline { get; } = deadline;

        public bool IsDecided { get; private set; }

        public TaskCompletionSource<ProposalFate> Answer { get; } = BoundedWait.Source<ProposalFate>();

        public void Expire()
        {
            _final = BoundedWait.Source<ProposalFate>();
            Answer.TrySetResult(new ProposalFate.Unknown(_final.Task));
        }

        public void Decide(ProposalFate fate)
        {
            IsDecided = true;
            Answer.TrySetResult(fate);
            _final?.TrySetResult(fate);
        }
    }
}
