using Lintel.Primitives.Identifiers;
using Lintel.Raft.Leases;

namespace Lintel.Raft;

/// <summary>
/// What a peer must remember across a crash, besides its log.
/// </summary>
/// <param name="Term">The latest term the peer has entered.</param>
/// <param name="Vote">Whom it voted for in that term, or none.</param>
/// <param name="Commit">What it knew to be committed. May be lost without harm: it is learned again.</param>
/// <param name="Promise">The leader whose support-based lease this peer's vote protects; see <see cref="SupportPromise"/>.</param>
public readonly record struct HardState(Term Term, NodeId Vote, LogIndex Commit, SupportPromise Promise)
{
    /// <summary>Whether going from <paramref name="before"/> to this state must be durable before anyone hears of it.</summary>
    public bool MustSyncAfter(in HardState before) =>
        Term != before.Term || Vote != before.Vote || (Promise != before.Promise && !Promise.IsNone);
}
