using CsCheck;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Raft.Quorum;
using Lintel.Raft.Tests.World;

namespace Lintel.Raft.Tests.Quorum;

/// <summary>The commit rule against one that counts: for each index, who has it, and is that a majority of each half?</summary>
public sealed class CommitRuleTests
{
    private static readonly Gen<NodeId> Node = Gen.Int[1, 7].Select(id => new NodeId((ulong)id));

    private static readonly Gen<GroupConfiguration> Groups =
        from voters in Node.HashSet[1, 7]
        from outgoing in Node.HashSet[0, 5]
        select GroupConfiguration.Empty with { Voters = [.. voters], Outgoing = [.. outgoing] };

    [Fact]
    public void What_a_quorum_has_reached_is_what_counting_says() =>
        Gen.Select(Groups, Gen.Int[0, 9].Array[8]).Sample((group, values) =>
        {
            long reached = QuorumMath.Reached(group, static (of, node) => of[(int)node.Value], values);
            return reached == Counted(group, node => values[(int)node.Value], from: 9);
        }, iter: 5_000);

    [Fact]
    public void A_leader_commits_the_last_entry_of_its_term_that_counting_allows() =>
        Gen.Select(Gen.Int[1, 7], Gen.Int[0, 4], Gen.Int[1, 6], Gen.Select(Gen.Int[2, 7], Gen.Int[0, 14]).Array[0, 30]).Sample(
            (voters, inherited, own, acknowledgements) =>
            {
                var self = new NodeId(1);
                var node = new RaftNode(self, id => RaftNode.Configure(id, seed: 1) with { PreVote = false, CheckQuorum = false }, (_, _) => { });
                var group = GroupConfiguration.Of([.. Enumerable.Range(1, voters).Select(id => new NodeId((ulong)id))]);
                node.Disk.Found(group);
                node.Disk.Write(Inherited(inherited));
                node.Start();
                RaftPeer leader = BecomeLeader(node, group);
                for (int i = 1; i < own; i++) leader.Propose(new byte[1]);
                SyncAll(node);

                var match = new ulong[8];
                match[1] = leader.LastIndex.Value;
                Term term = leader.Term;
                foreach ((int from, int index) in acknowledgements)
                {
                    if (from > voters || (ulong)index > leader.LastIndex.Value || index == 0) continue;
                    match[from] = Math.Max(match[from], (ulong)index);
                    leader.Step(new RaftMessage
                    {
                        Kind = RaftMessageKind.AppendResponse, From = new NodeId((ulong)from), To = self, Term = term, Index = new LogIndex((ulong)index),
                    });
                    var counted = (ulong)Counted(group, id => (long)match[id.Value], (long)leader.LastIndex.Value);
                    ulong firstOwn = 2 + (ulong)inherited;
                    ulong expected = counted >= firstOwn ? counted : 1;
                    if (leader.Committed.Value != expected) return false;
                }

                return true;
            }, iter: 3_000);

    // The slow and obvious rule.
    private static long Counted(GroupConfiguration group, Func<NodeId, long> valueOf, long from)
    {
        for (long value = from; value > 0; value--)
        {
            if (IsMajority(group.Voters) && IsMajority(group.Outgoing)) return value;

            bool IsMajority(IReadOnlyCollection<NodeId> half) =>
                half.Count == 0 || 2 * half.Count(node => valueOf(node) >= value) > half.Count;
        }

        return 0;
    }

    private static AppendWork Inherited(int count) => new()
    {
        Sequence = 1,
        HardState = null,
        Entries = Enumerable.Range(2, count)
            .Select(index => new LogEntry(new Term(1), new LogIndex((ulong)index), EntryKind.Normal, new byte[1])).ToArray(),
        Snapshot = null,
        MustSync = true,
        MessagesAfterSync = [],
    };

    private static RaftPeer BecomeLeader(RaftNode node, GroupConfiguration group)
    {
        RaftPeer peer = node.Peer!;
        Assert.True(peer.Campaign());
        SyncAll(node);
        foreach (NodeId voter in group.Voters.Where(voter => voter != node.Id && peer.Role != Role.Leader))
        {
            peer.Step(new RaftMessage { Kind = RaftMessageKind.VoteResponse, From = voter, To = node.Id, Term = peer.Term });
        }

        SyncAll(node);
        Assert.Equal(Role.Leader, peer.Role);
        return peer;
    }

    private static void SyncAll(RaftNode node)
    {
        do node.TakeReady();
        while (node.Sync());
    }
}
