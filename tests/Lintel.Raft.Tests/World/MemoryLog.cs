using Lintel.Primitives.Identifiers;
using Lintel.Raft.Configuration;
using Lintel.Raft.Leases;
using Lintel.Raft.Log;

namespace Lintel.Raft.Tests.World;

/// <summary>The disk of one replica: what is durable, and nothing else.</summary>
public sealed class MemoryLog : IRaftLogView
{
    private readonly List<LogEntry> _entries = [];
    private LogIndex _compactedTo;
    private Term _compactedTerm;

    public HardState HardState { get; set; }

    public GroupConfiguration Configuration { get; set; } = GroupConfiguration.Empty;

    /// <summary>The state machine: how far it has applied. Durable with every apply.</summary>
    public LogIndex Applied { get; set; }

    public bool SnapshotUnavailable { get; set; }

    public LogIndex FirstIndex => _compactedTo.Next();

    public LogIndex LastIndex => _compactedTo + (ulong)_entries.Count;

    public RaftSnapshotMetadata? Snapshot =>
        !SnapshotUnavailable && TryTerm(Applied, out Term term) && Applied > LogIndex.Zero ? new(Applied, term, Configuration) : null;

    public bool TryTerm(LogIndex index, out Term term)
    {
        term = _compactedTerm;
        if (index == _compactedTo) return true;
        if (index < _compactedTo || index > LastIndex) return false;
        term = At(index).Term;
        return true;
    }

    public LogEntry At(LogIndex index) => _entries[(int)(index - FirstIndex)];

    public ReadOnlyMemory<LogEntry> Entries(LogIndex low, LogIndex high, long maxBytes)
    {
        var taken = new List<LogEntry>();
        long bytes = 0;
        for (LogIndex at = low; at < high; at = at.Next())
        {
            bytes += At(at).Size;
            if (taken.Count > 0 && bytes > maxBytes) break;
            taken.Add(At(at));
        }

        return taken.ToArray();
    }

    /// <summary>
    /// Begins the life of a founding member: everything up to index 1 is compacted away, so that a member that is added
    /// later cannot replay the log from nothing; it needs a snapshot, and with it the configuration.
    /// </summary>
    public void Found(GroupConfiguration configuration)
    {
        _compactedTo = new LogIndex(1);
        _compactedTerm = new Term(1);
        Applied = _compactedTo;
        Configuration = configuration;
        HardState = new HardState(_compactedTerm, NodeId.None, _compactedTo, SupportPromise.None);
    }

    public void Write(AppendWork work)
    {
        if (work.Snapshot is { } snapshot)
        {
            _entries.Clear();
            _compactedTo = snapshot.Index;
            _compactedTerm = snapshot.Term;
            Applied = snapshot.Index;
            Configuration = snapshot.Configuration;
        }

        foreach (LogEntry entry in work.Entries.Span)
        {
            int keep = (int)(entry.Index - FirstIndex);
            if (keep < _entries.Count) _entries.RemoveRange(keep, _entries.Count - keep);
            Assert.Equal(LastIndex.Next(), entry.Index);
            _entries.Add(entry);
        }

        if (work.HardState is { } state) HardState = state;
    }

    public void Compact(LogIndex to)
    {
        Assert.True(to <= Applied);
        if (to <= _compactedTo) return;
        _ = TryTerm(to, out Term term);
        _entries.RemoveRange(0, (int)(to - _compactedTo));
        _compactedTo = to;
        _compactedTerm = term;
    }
}
