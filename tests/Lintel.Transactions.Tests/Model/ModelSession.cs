using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;

namespace Lintel.Transactions.Tests.Model;

/// <summary>What the leaseholder remembers of a transaction; lost with the leadership.</summary>
internal sealed class ModelSession
{
    public List<KeySpan> Locked { get; } = [];

    public SortedDictionary<Key, Mutation> Staged { get; } = [];

    public long StagedThrough { get; set; }

    public TimeSpan HeardAt { get; set; }

    public bool IsDeciding { get; set; }
}

/// <summary>A prepare as it is in the log.</summary>
internal sealed record ModelPrepared(
    Timestamp At, IReadOnlyList<Mutation> Mutations, Key Coordinator, IReadOnlyList<KeySpan> Locked, TimeSpan Since);

/// <summary>An entry on its way through the log.</summary>
internal sealed class ModelProposal(Action apply)
{
    public bool IsOver { get; set; }

    public Action Apply => apply;
}
