using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Raft.Outcomes;

namespace Lintel.Raft.Tests.World;

/// <summary>A host of one replica with a disk whose syncs the test controls. Applies at once what it is handed.</summary>
public sealed class RaftNode(NodeId id, Func<NodeId, RaftConfig> configure, Action<RaftNode, LogEntry> onApply)
{
    public NodeId Id => id;

    public MemoryLog Disk { get; private set; } = new();

    public RaftPeer? Peer { get; private set; }

    public bool IsUp => Peer is not null;

    /// <summary>Works handed out and not yet durable.</summary>
    public Queue<AppendWork> Unsynced { get; } = new();

    public List<RaftMessage> Outbox { get; } = [];

    public List<ReadState> Reads { get; } = [];

    public List<ulong> ReadsLost { get; } = [];

    /// <summary>A planted bug: votes and acknowledgements leave before what they speak of is durable.</summary>
    public bool AcknowledgesBeforeSync { get; set; }

    public void Start()
    {
        Assert.Null(Peer);
        Peer = new RaftPeer(configure(id) with { Applied = Disk.Applied }, Disk);
    }

    /// <summary>Loses everything but the disk; <paramref name="luckyWorks"/> works happened to reach it unreported.</summary>
    public void Crash(int luckyWorks = 0)
    {
        while (luckyWorks-- > 0 && Unsynced.TryDequeue(out AppendWork? work)) Disk.Write(work);
        Unsynced.Clear();
        Outbox.Clear();
        Peer = null;
    }

    /// <summary>Takes all work there is. Returns whether there was any.</summary>
    public bool TakeReady()
    {
        bool any = false;
        while (Peer is not null && Peer.TryTakeReady(out Ready ready))
        {
            any = true;
            Outbox.AddRange(ready.Messages);
            Reads.AddRange(ready.Reads);
            ReadsLost.AddRange(ready.ReadsLost);
            if (ready.Append is { } work)
            {
                if (AcknowledgesBeforeSync) Outbox.AddRange(work.MessagesAfterSync);
                Unsynced.Enqueue(work);
            }

            foreach (LogEntry entry in ready.Committed.Span) Apply(entry);
            if (!ready.Committed.IsEmpty) Peer.ApplyCompleted(Disk.Applied);
        }

        return any;
    }

    /// <summary>Makes the oldest work durable, if there is one.</summary>
    public bool Sync()
    {
        if (!Unsynced.TryDequeue(out AppendWork? work)) return false;
        Disk.Write(work);
        if (!AcknowledgesBeforeSync) Outbox.AddRange(work.MessagesAfterSync);
        Peer!.AppendCompleted(work);
        return true;
    }

    private void Apply(LogEntry entry)
    {
        Assert.Equal(Disk.Applied.Next(), entry.Index);
        onApply(this, entry);
        if (entry.Kind == EntryKind.ConfigurationChange) Disk.Configuration = Peer!.ApplyConfigurationChange(entry);
        Disk.Applied = entry.Index;
    }

    public static RaftConfig Configure(NodeId id, ulong seed) =>
        new() { Self = id, Random = Prng.ForPurpose(seed, $"raft {id}") };
}
