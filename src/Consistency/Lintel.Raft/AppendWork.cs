using System.Collections.Immutable;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;

namespace Lintel.Raft;

/// <summary>
/// What the host writes to its log, in order of <see cref="Sequence"/>, and then reports with
/// <see cref="RaftPeer.AppendCompleted"/>, in the same order. Several may be under way at once. Within one work the
/// order is: install the snapshot if there is one (atomically; it replaces the log), append the entries (the first one
/// truncates whatever is stored from its index on), store the hard state, sync if <see cref="MustSync"/>.
/// Only then, and after all earlier works, may <see cref="MessagesAfterSync"/> leave the node.
/// </summary>
public sealed record AppendWork
{
    /// <summary>1, 2, 3 ... over the life of the peer.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>The hard state to remember, if it changed.</summary>
    public HardState? HardState { get; init; }

    /// <summary>The entries to append.</summary>
    public ReadOnlyMemory<LogEntry> Entries { get; init; }

    /// <summary>The snapshot to install, if any. Its contents reached the host before its message was stepped.</summary>
    public RaftSnapshotMetadata? Snapshot { get; init; }

    /// <summary>Whether the write must be on the disk before it is reported; if not, being ordered is enough.</summary>
    public required bool MustSync { get; init; }

    /// <summary>Votes and acknowledgements that speak of what is written here.</summary>
    public required ImmutableArray<RaftMessage> MessagesAfterSync { get; init; }
}
