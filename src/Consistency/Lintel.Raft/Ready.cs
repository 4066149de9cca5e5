using System.Collections.Immutable;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Raft.Outcomes;

namespace Lintel.Raft;

/// <summary>
/// Work for the host, taken with <see cref="RaftPeer.TryTakeReady"/>. The three parts are independent of each other:
/// <list type="number">
/// <item>send <see cref="Messages"/> at once;</item>
/// <item>do <see cref="Append"/> and report it with <see cref="RaftPeer.AppendCompleted"/>;</item>
/// <item>apply <see cref="Committed"/> and report it with <see cref="RaftPeer.ApplyCompleted"/>. These entries are
/// durable here already. Hand configuration changes to <see cref="RaftPeer.ApplyConfigurationChange"/> on the way.</item>
/// </list>
/// A host that does all of it before it does anything else may report both with <see cref="RaftPeer.Advance"/>.
/// </summary>
public sealed record Ready
{
    /// <summary>Messages that may leave at once.</summary>
    public required ImmutableArray<RaftMessage> Messages { get; init; }

    /// <summary>What to write, if anything.</summary>
    public AppendWork? Append { get; init; }

    /// <summary>What to apply, in order; never the same entry twice.</summary>
    public ReadOnlyMemory<LogEntry> Committed { get; init; }

    /// <summary>Reads whose index is confirmed.</summary>
    public required ImmutableArray<ReadState> Reads { get; init; }

    /// <summary>Contexts of reads that will not be confirmed because leadership was lost. Ask the new leader.</summary>
    public required ImmutableArray<ulong> ReadsLost { get; init; }
}
