using System.Collections.Immutable;
using Lintel.Raft.Outcomes;

namespace Lintel.Raft.Reads;

/// <summary>
/// Reads that wait for proof that their leader still led when they were asked (ReadIndex; Raft dissertation, 6.4).
/// A read takes the commit index when it is asked, and is confirmed by the answer of a quorum to a round of heartbeats
/// that was sent <em>after</em> that. Reads asked between two rounds share the second. A leader that has not committed
/// an entry of its own term does not know the commit index yet: its reads wait, without a round, until it has.
/// </summary>
internal sealed class ReadQueue(int capacity)
{
    private readonly Queue<(ulong Context, LogIndex Index, ulong Round)> _waiting = new(); // rounds do not fall
    private readonly List<ulong> _unsent = [];
    private readonly List<ReadState> _confirmed = [];
    private readonly List<ulong> _lost = [];

    public bool Full => _waiting.Count + _unsent.Count >= capacity;

    public bool IsIdle => _waiting.Count == 0 && _unsent.Count == 0;

    public bool HasUnsent => _unsent.Count > 0;

    public bool HasOutput => _confirmed.Count > 0 || _lost.Count > 0;

    public void Ask(ulong context) => _unsent.Add(context);

    /// <summary>The unsent reads wait for <paramref name="round"/>, which is about to be sent.</summary>
    public void Sent(ulong round, LogIndex committed)
    {
        foreach (ulong context in _unsent) _waiting.Enqueue((context, committed, round));
        _unsent.Clear();
    }

    /// <summary>A quorum has answered <paramref name="round"/>.</summary>
    public void Answered(ulong round)
    {
        while (_waiting.TryPeek(out (ulong Context, LogIndex Index, ulong Round) read) && read.Round <= round)
        {
            _confirmed.Add(new ReadState(read.Context, read.Index));
            _waiting.Dequeue();
        }
    }

    /// <summary>Leadership is lost, and with it every read that waits.</summary>
    public void LoseAll()
    {
        foreach ((ulong context, _, _) in _waiting) _lost.Add(context);
        _lost.AddRange(_unsent);
        _waiting.Clear();
        _unsent.Clear();
    }

    public (ImmutableArray<ReadState> Confirmed, ImmutableArray<ulong> Lost) TakeOutput()
    {
        ImmutableArray<ReadState> confirmed = [.. _confirmed];
        ImmutableArray<ulong> lost = [.. _lost];
        _confirmed.Clear();
        _lost.Clear();
        return (confirmed, lost);
    }
}
