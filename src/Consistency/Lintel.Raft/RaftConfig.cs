using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Raft.Log;

namespace Lintel.Raft;

/// <summary>
/// The constants of one peer. Time is counted in ticks of the host; sizes are in bytes by <see cref="LogEntry.Size"/>.
/// All peers of a group must agree on <see cref="ElectionTicks"/>, <see cref="CheckQuorum"/> and
/// <see cref="ExternalSupport"/>: leases rest on them.
/// </summary>
public sealed record RaftConfig
{
    /// <summary>The node this peer lives on; a group has at most one peer per node.</summary>
    public required NodeId Self { get; init; }

    /// <summary>Spreads the election timeouts. Give each peer its own stream.</summary>
    public required Prng Random { get; init; }

    /// <summary>The entry up to which the host's state machine had applied when the peer starts.</summary>
    public LogIndex Applied { get; init; }

    /// <summary>A follower that hears nothing for this long, up to twice as long, starts an election.</summary>
    public int ElectionTicks { get; init; } = 10;

    /// <summary>The leader sends heartbeats this often. Must be below <see cref="ElectionTicks"/>.</summary>
    public int HeartbeatTicks { get; init; } = 1;

    /// <summary>How much a tick-based lease is shorter than <see cref="ElectionTicks"/>: the drift allowed.</summary>
    public int LeaseMarginTicks { get; init; } = 2;

    /// <summary>Whether a peer asks if it could win before it disturbs the group with a new term.</summary>
    public bool PreVote { get; init; } = true;

    /// <summary>
    /// Whether a leader that a quorum does not answer steps down, and followers that hear a leader refuse to elect
    /// another. Needed for tick-based lease reads.
    /// </summary>
    public bool CheckQuorum { get; init; } = true;

    /// <summary>
    /// Whether leases come from node-to-node support instead of ticks; see <see cref="Leases.SupportLedger"/>.
    /// </summary>
    public bool ExternalSupport { get; init; }

    /// <summary>Entries in one append message, in bytes. A single larger entry still travels, alone.</summary>
    public long MaxAppendBytes { get; init; } = 512 * 1024;

    /// <summary>Append messages on their way to one follower.</summary>
    public int MaxInFlightMessages { get; init; } = 128;

    /// <summary>Bytes on their way to one follower; exceeded by at most one message.</summary>
    public long MaxInFlightBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Proposed and not yet committed bytes at which a leader refuses more. One entry is always let in.</summary>
    public long MaxUncommittedBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Committed bytes handed to the host and not yet applied; exceeded by at most one entry.</summary>
    public long MaxApplyingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Reads that wait for their confirmation.</summary>
    public int MaxPendingReads { get; init; } = 4096;

    /// <summary>Length of a tick-based lease.</summary>
    public int LeaseTicks => ElectionTicks - LeaseMarginTicks;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfEqual(Self.IsNone, true, nameof(Self));
        ArgumentOutOfRangeException.ThrowIfLessThan(HeartbeatTicks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ElectionTicks, HeartbeatTicks);
        ArgumentOutOfRangeException.ThrowIfNegative(LeaseMarginTicks);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAppendBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlightMessages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlightBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUncommittedBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxApplyingBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPendingReads, 1);
    }
}
