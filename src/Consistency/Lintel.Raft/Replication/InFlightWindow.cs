using Lintel.Primitives.Invariants;

namespace Lintel.Raft.Replication;

/// <summary>
/// The append messages on their way to one follower, oldest first, bounded in number and in bytes. A message is on its
/// way until an acknowledgement covers its last entry: acknowledgements are cumulative, so one may free many.
/// </summary>
public sealed class InFlightWindow(int maxMessages, long maxBytes)
{
    private readonly Queue<(LogIndex Last, long Bytes)> _messages = new();
    private LogIndex _last;

    /// <summary>Messages on their way.</summary>
    public int Count => _messages.Count;

    /// <summary>Bytes on their way.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether nothing more may be sent.</summary>
    public bool Full => _messages.Count >= maxMessages || Bytes >= maxBytes;

    /// <summary>Notes a message whose last entry is <paramref name="last"/>. The window must not be full.</summary>
    public void Add(LogIndex last, long bytes)
    {
        Invariant.Require("R10", !Full, "a message was sent through a full window");
        Invariant.Require("R11", _messages.Count == 0 || last > _last, "messages in flight are in order of their last entry");
        _messages.Enqueue((last, bytes));
        _last = last;
        Bytes += bytes;
    }

    /// <summary>Frees every message that ends at or before <paramref name="acknowledged"/>.</summary>
    public void FreeThrough(LogIndex acknowledged)
    {
        while (_messages.TryPeek(out (LogIndex Last, long Bytes) oldest) && oldest.Last <= acknowledged)
        {
            Bytes -= oldest.Bytes;
            _messages.Dequeue();
        }
    }

    /// <summary>Forgets everything: the follower is probed anew.</summary>
    public void Reset()
    {
        _messages.Clear();
        Bytes = 0;
    }
}
