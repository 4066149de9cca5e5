using Lintel.Environment.Network;
using Lintel.Raft;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Splits.Replica;

namespace Lintel.Splits.Host;

/// <summary>
/// Does the work that Raft peers ask for, for all groups of a store at once.
/// </summary>
/// <remarks>
/// <para>
/// A peer that was stepped is marked; the first mark posts one turn. The turn takes the Ready of every marked peer:
/// messages leave, committed entries are applied to the ordered store in one batch, and what must be written goes to
/// the <see cref="LogWriter"/>, which reports it to the peers once it is durable.
/// </para>
/// <para>S11: nothing that speaks of a work leaves before the work is durable.</para>
/// </remarks>
public sealed class FlushLoop
{
    private readonly StoreServices _services;
    private readonly LogWriter _writer;
    private readonly RaftFrame.Outbox _outbox;
    private List<SplitReplica> _dirty = [];
    private bool _posted;

    /// <summary>Begins with nothing to do.</summary>
    public FlushLoop(StoreServices services, RequestChannel channel, LogWriter writer)
    {
        _services = services;
        _writer = writer;
        _writer.OnDurable = OnDurable;
        _outbox = new RaftFrame.Outbox((to, frame) => channel.Send(to, NodeService.Raft, frame));
    }

    /// <summary>Bytes applied since the ordered store was last made durable.</summary>
    public long BytesSinceFlush { get; set; }

    /// <summary>Takes a snapshot message that is to leave: the contents have to be streamed first.</summary>
    public Action<SplitReplica, RaftMessage> SendSnapshot { get; set; } = static (_, _) => { };

    /// <summary>
    /// Learns of a split that came out of a division, after the batch that holds it is written, and whether the left side
    /// is led here.
    /// </summary>
    public Action<SplitState, bool> OnDivided { get; set; } = static (_, _) => { };

    /// <summary>Learns of a replica whose node is no longer a member of its group.</summary>
    public Action<SplitReplica> OnRemoved { get; set; } = static _ => { };

    /// <summary>Notes that a replica may have work.</summary>
    public void Mark(SplitReplica replica)
    {
        if (replica.IsMarked) return;
        replica.IsMarked = true;
        _dirty.Add(replica);
        if (_posted) return;
        _posted = true;
        _services.Environment.Context.Post(static self => ((FlushLoop)self!).Turn(), this);
    }

    private void Turn()
    {
        _posted = false;
        List<SplitReplica> dirty = _dirty;
        _dirty = [];
        foreach (SplitReplica replica in dirty) replica.IsMarked = false;
        var batch = new ApplyBatch(_services.Store);
        var applied = new List<(SplitReplica Replica, LogIndex Through)>();
        var divided = new List<(SplitState Right, bool IsLed)>();
        foreach (SplitReplica replica in dirty)
        {
            // While a snapshot is being installed the store holds a state that the replica does not know yet.
            if (replica.Machine.IsRetired || replica.IsInstalling || !replica.Peer.TryTakeReady(out Ready ready)) continue;
            foreach (RaftMessage message in ready.Messages) Send(replica, message);
            if (ready.Append is { } work) _writer.Add(replica, work);
            if (ready.Committed.IsEmpty) continue;
            foreach (LogEntry entry in ready.Committed.Span)
            {
                if (replica.Apply(entry, batch) is AppliedResult.Divided division)
                    divided.Add((division.Right, replica.Leading is not null));
            }

            applied.Add((replica, ready.Committed.Span[^1].Index));
        }

        _outbox.Flush();
        batch.WriteOut();
        BytesSinceFlush += batch.BytesWritten;
        foreach ((SplitState right, bool isLed) in divided) OnDivided(right, isLed);
        foreach ((SplitReplica replica, LogIndex through) in applied)
        {
            replica.Peer.ApplyCompleted(through);
            replica.OnFlushed();
            if (replica.Peer.Configuration.Contains(_services.Self)) Mark(replica);
            else OnRemoved(replica);
        }

        foreach (SplitReplica replica in dirty)
        {
            if (!replica.Machine.IsRetired) replica.FollowRole();
        }

        _writer.Write();
    }

    private void OnDurable(IReadOnlyList<(SplitReplica Replica, AppendWork Work)> works)
    {
        foreach ((SplitReplica replica, AppendWork work) in works)
        {
            replica.Peer.AppendCompleted(work);
            if (replica.Machine.IsRetired) continue;
            foreach (RaftMessage message in work.MessagesAfterSync) Send(replica, message);
            replica.FollowRole();
            Mark(replica);
        }

        _outbox.Flush();
    }

    private void Send(SplitReplica replica, in RaftMessage message)
    {
        if (message.Kind == RaftMessageKind.Snapshot) SendSnapshot(replica, message);
        else _outbox.Add(replica.Split, message);
    }
}
