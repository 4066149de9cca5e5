using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Raft.Log;
using Lintel.Raft.Tests.World;

namespace Lintel.Raft.Tests.Simulation;

/// <summary>What must hold of a group at every moment. Each failure names the property.</summary>
public sealed class GroupChecker(IReadOnlyList<RaftNode> nodes)
{
    private readonly Dictionary<Term, NodeId> _leaders = [];
    private readonly SortedDictionary<LogIndex, LogEntry> _applied = [];
    private readonly Dictionary<(NodeId, Term), Timestamp> _leases = [];

    public LogIndex LastApplied => _applied.Count == 0 ? LogIndex.Zero : _applied.Keys.Last();

    public int LeadersSeen => _leaders.Count;

    public int LeasesSeen => _leases.Count;

    public void OnApply(RaftNode node, LogEntry entry)
    {
        if (_applied.TryAdd(entry.Index, entry)) return;
        LogEntry before = _applied[entry.Index];
        Assert.True(
            before.Term == entry.Term && before.Kind == entry.Kind && before.Data.Span.SequenceEqual(entry.Data.Span),
            $"committed entries never change: {node.Id} applies {entry} where {before} was applied");
    }

    public void Look()
    {
        foreach (RaftNode node in nodes)
        {
            if (node.Peer is not { Role: Role.Leader } leader) continue;
            if (_leaders.TryAdd(leader.Term, node.Id)) RequireComplete(leader);
            Assert.True(_leaders[leader.Term] == node.Id, $"one leader per term: {leader.Term}");
        }
    }

    public void RequireLogsMatch()
    {
        foreach (RaftNode a in nodes)
        {
            foreach (RaftNode b in nodes)
            {
                if (a.Id.CompareTo(b.Id) < 0) RequireLogsMatch(a.Disk, b.Disk);
            }
        }
    }

    /// <summary>Nobody comes to lead while a lease of an earlier term, not given up, may still be relied on.</summary>
    public void LookAtLeases(long now, Func<RaftNode, Timestamp> leaseOf)
    {
        foreach (RaftNode node in nodes)
        {
            if (node.Peer is not { Role: Role.Leader } leader) continue;
            foreach (((NodeId holder, Term term), Timestamp until) in _leases)
            {
                Assert.False(
                    term < leader.Term && holder != node.Id && until.Nanoseconds > now,
                    $"leases are disjoint: {node.Id} leads term {leader.Term} at {now}, {holder} had term {term} until {until}");
            }

            Timestamp lease = leaseOf(node);
            if (lease.Nanoseconds > now) _leases[(node.Id, leader.Term)] = lease;
        }
    }

    /// <summary>The host of <paramref name="node"/> stops relying on what it computed before, in this term or earlier ones.</summary>
    public void GiveUpLease(RaftNode node)
    {
        foreach ((NodeId holder, Term term) in _leases.Keys.Where(key => key.Item1 == node.Id).ToArray())
            _leases.Remove((holder, term));
    }

    private void RequireComplete(RaftPeer leader)
    {
        foreach ((LogIndex index, LogEntry entry) in _applied)
        {
            if (!leader.TryTerm(index, out Term term) && index <= leader.Committed) continue;
            Assert.True(term == entry.Term, $"leader completeness: {leader.Self} lacks {entry.Index} of term {entry.Term}");
        }
    }

    private static void RequireLogsMatch(MemoryLog a, MemoryLog b)
    {
        bool matched = false;
        LogIndex from = LogIndex.Max(a.FirstIndex, b.FirstIndex);
        for (LogIndex at = LogIndex.Min(a.LastIndex, b.LastIndex); at >= from && at > LogIndex.Zero; at = at.Previous())
        {
            LogEntry x = a.At(at);
            LogEntry y = b.At(at);
            matched |= x.Term == y.Term;
            if (!matched) continue;
            Assert.True(x.Term == y.Term && x.Data.Span.SequenceEqual(y.Data.Span), $"log matching at {at}");
        }
    }
}
