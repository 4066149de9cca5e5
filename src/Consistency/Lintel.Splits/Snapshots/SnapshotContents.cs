using Lintel.Raft.Messages;
using Lintel.Splits.Replica;
using Lintel.Splits.Store;

namespace Lintel.Splits.Snapshots;

/// <summary>A received RaftSnapshot, complete and checked.</summary>
/// <param name="Message">The leader's message that offered it.</param>
/// <param name="State">The applied state it holds.</param>
/// <param name="Batch">Everything to be put: versions, staged writes, outcomes, pending transactions.</param>
public sealed record SnapshotContents(RaftMessage Message, SplitState State, OrderedBatch Batch);
