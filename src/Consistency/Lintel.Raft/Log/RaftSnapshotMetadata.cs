using Lintel.Raft.Configuration;

namespace Lintel.Raft.Log;

/// <summary>
/// Which state a RaftSnapshot holds. The contents never pass through the core: hosts stream them to each other.
/// </summary>
/// <param name="Index">The last entry the state includes.</param>
/// <param name="Term">The term of that entry.</param>
/// <param name="Configuration">The configuration after applying it.</param>
public sealed record RaftSnapshotMetadata(LogIndex Index, Term Term, GroupConfiguration Configuration);
