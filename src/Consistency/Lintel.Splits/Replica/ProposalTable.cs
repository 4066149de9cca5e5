using Lintel.Raft;
using Lintel.Raft.Log;

namespace Lintel.Splits.Replica;

/// <summary>
/// Proposals of this replica that are not decided yet. An entry is decided when something is applied at its index: an
/// entry of its term is it, any other means that it is lost for good. That holds across a loss of leadership, so the
/// table outlives the leadership that filled it.
/// </summary>
public sealed class ProposalTable
{
    private readonly SortedDictionary<ulong, Waiting> _waiting = [];

    /// <summary>Proposals not decided yet.</summary>
    public int Count => _waiting.Count;

    /// <summary>
    /// Waits for what becomes of an entry that was just appended: at most so long, then the answer is
    /// <see cref="ProposalFate.Unknown"/>, which carries a task for the final one.
    /// </summary>
    public Task<ProposalFate> WaitAsync(LogIndex at, Term term, TimeSpan patience, TimeProvider time)
    {
        if (_waiting.Remove(at.Value, out Waiting? replaced))
            replaced.Decide(new ProposalFate.Lost("another entry took its place in the log"));
        var waiting = new Waiting(term);
        _waiting.Add(at.Value, waiting);
        return BoundedWait.ForAsync(waiting.Answer, new ProposalFate.Unknown(waiting.Final.Task), patience, time);
    }

    /// <summary>An entry was applied.</summary>
    public void OnApplied(in LogEntry entry, AppliedResult result)
    {
        if (!_waiting.Remove(entry.Index.Value, out Waiting? waiting)) return;
        waiting.Decide(waiting.Term == entry.Term
            ? new ProposalFate.Applied(result)
            : new ProposalFate.Lost("another entry took its place in the log"));
    }

    /// <summary>A snapshot replaced the log up to here: what was waiting below cannot be told any more.</summary>
    public void OnSnapshot(LogIndex through)
    {
        foreach (ulong index in new List<ulong>(_waiting.Keys))
        {
            if (index > through.Value) return;
            _waiting.Remove(index, out Waiting? waiting);
            waiting!.Decide(new ProposalFate.Unknown(null));
        }
    }

    private sealed class Waiting(Term term)
    {
        public Term Term { get; } = term;

        public TaskCompletionSource<ProposalFate> Answer { get; } = BoundedWait.Source<ProposalFate>();

        public TaskCompletionSource<ProposalFate> Final { get; } = BoundedWait.Source<ProposalFate>();

        public void Decide(ProposalFate fate)
        {
            Answer.TrySetResult(fate);
            Final.TrySetResult(fate);
        }
    }
}
