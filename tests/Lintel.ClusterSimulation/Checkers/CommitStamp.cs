using Lintel.Primitives.Time;

namespace Lintel.ClusterSimulation.Checkers;

/// <summary>One transaction as I4 sees it: when it was begun and answered, and its timestamp.</summary>
public sealed record CommitStamp(Timestamp? At);
