using Lintel.Primitives.Identifiers;
using Lintel.Raft.Log;

namespace Lintel.Raft.Messages;

/// <summary>
/// A message between two peers of one group. The group's identity and integrity are the carrier's business.
/// Messages may be lost, repeated and reordered. Fields that a kind does not use are default and not on the wire.
/// </summary>
public readonly record struct RaftMessage
{
    /// <summary>What it says.</summary>
    public required RaftMessageKind Kind { get; init; }

    /// <summary>The sender.</summary>
    public required NodeId From { get; init; }

    /// <summary>The receiver.</summary>
    public required NodeId To { get; init; }

    /// <summary>The sender's term; for pre-votes and their grants, the term being considered.</summary>
    public required Term Term { get; init; }

    /// <summary>The position spoken of: before the first entry of an append, matched by its answer, last of a candidate.</summary>
    public LogIndex Index { get; init; }

    /// <summary>The term of the entry at <see cref="Index"/>, or at <see cref="Hint"/> in a refused append.</summary>
    public Term LogTerm { get; init; }

    /// <summary>What the leader knows to be committed.</summary>
    public LogIndex Commit { get; init; }

    /// <summary>In a response: refused.</summary>
    public bool Reject { get; init; }

    /// <summary>In a refused append: where the follower's log may match.</summary>
    public LogIndex Hint { get; init; }

    /// <summary>In a vote request: the leader asked for this election, its lease does not stand against it.</summary>
    public bool Transfer { get; init; }

    /// <summary>In heartbeats and their answers: which round of heartbeats.</summary>
    public ulong Round { get; init; }

    /// <summary>In answers to a leader: the epoch under which the responder's node supports the leader's; 0 for none.</summary>
    public ulong SupportEpoch { get; init; }

    /// <summary>In an append: the entries, consecutive from <see cref="Index"/> + 1.</summary>
    public ReadOnlyMemory<LogEntry> Entries { get; init; }

    /// <summary>In a snapshot message: what the snapshot holds.</summary>
    public RaftSnapshotMetadata? Snapshot { get; init; }
}
