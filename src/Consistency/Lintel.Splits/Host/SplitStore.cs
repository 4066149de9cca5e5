using System.Diagnostics;
using Lintel.Environment;
using Lintel.Environment.Network;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Raft;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Splits.Lease;
using Lintel.Splits.Log;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Snapshots;
using Lintel.Splits.Store;

namespace Lintel.Splits.Host;

/// <summary>
/// Everything of one store: its log, its ordered store, its replicas, and what keeps them going. All of it runs on the
/// environment's context; nothing here is locked.
/// </summary>
/// <remarks>
/// <para>
/// Two durable things meet here. The log is durable when it says so. The ordered store is durable up to its last flush
/// and falls back to that in a crash, always to a batch boundary, and each batch carries the applied state of the
/// splits it changed. So recovery opens the states it finds and applies the log from there; and the log is cut only
/// behind what a flush has made durable (S20).
/// </para>
/// <para>
/// A split begins life with its state at <see cref="SplitState.BirthIndex"/> and a log that is empty from there on, on every
/// node alike. A node that joins later has nothing there, which forces a snapshot to it.
/// </para>
/// </remarks>
public sealed class SplitStore : IDisposable
{
    private readonly StoreServices _services;
    private readonly RequestChannel _channel;
    private readonly StoreLog _log;
    private readonly LogWriter _writer;
    private readonly SortedDictionary<SplitId, SplitReplica> _replicas = [];
    private readonly SortedSet<SplitId> _damaged = [];
    private readonly FlushLoop _flush;
    private readonly SupportExchange _support;
    private readonly SnapshotSender _snapshotSender;
    private readonly SnapshotReceiver _snapshotReceiver;
    private readonly StoreTimers _timers;
    private SplitReplica[] _replicaList = [];

    private SplitStore(StoreServices services, RequestChannel channel, StoreLog log)
    {
        _services = services;
        _channel = channel;
        _log = log;
        _writer = new LogWriter(services, log) { OnFailed = error => Fail(error.ToException()) };
        _flush = new FlushLoop(services, channel, _writer)
        {
            OnDivided = right => services.Start(() => BeginRightAsync(right)),
            OnRemoved = replica => services.Start(() => RemoveAsync(replica)),
        };
        services.MarkDirty = _flush.Mark;
        services.NeighboursOf = NeighboursOf;
        services.InviteAsync = InviteAsync;
        _support = new SupportExchange(services, channel, () => _replicaList);
        _snapshotSender = new SnapshotSender(services, channel);
        _snapshotReceiver = new SnapshotReceiver(services, InstallAsync);
        _flush.SendSnapshot = _snapshotSender.Begin;
        _timers = new StoreTimers(this, services, _support, _flush);
        channel.OnMessage(NodeService.Raft, OnRaftFrame);
        channel.Serve(NodeService.Request, OnRequestAsync);
        channel.Serve(NodeService.Snapshot, _snapshotReceiver.OnPartAsync);
        channel.Serve(NodeService.Invite, OnInviteAsync);
    }

    /// <summary>What the replicas share.</summary>
    public StoreServices Services => _services;

    /// <summary>The replicas here, by split.</summary>
    public IReadOnlyList<SplitReplica> Replicas => _replicaList;

    /// <summary>Whether this is the store's first incarnation, or an earlier one left no replica behind.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Why the store is out of service, or null.</summary>
    public LintelException? Failure { get; private set; }

    /// <summary>
    /// Opens a store: reads what is there, begins a new incarnation, and starts serving. To be called on the context.
    /// </summary>
    /// <param name="environment">The doors.</param>
    /// <param name="identity">Which store of which cluster this is; another one's files are refused.</param>
    /// <param name="store">The ordered store. Disposed by its owner, after this.</param>
    /// <param name="limits">The constants.</param>
    /// <param name="onFailure">Learns of failures that nobody awaits: bugs, and the loss of the disk.</param>
    public static async Task<SplitStore> OpenAsync(
        NodeEnvironment environment,
        StoreIdentity identity,
        IOrderedStore store,
        SplitLimits limits,
        Action<Exception> onFailure)
    {
        ulong incarnation = await StoreFacts.NextIncarnationAsync(store);
        var support = new LeaseSupport(
            incarnation, environment.TrueTime.Now(), limits.SupportDuration, limits.MaxUncertainty, firstLife: incarnation == 1);
        var services = new StoreServices(environment, limits, store, support) { OnFailure = onFailure };
        StoreLog log = await StoreLog.OpenAsync(environment.Disk, identity, new LogOptions()) switch
        {
            LogOpening.Opened ready => ready.Log,
            LogOpening.Refused refused => throw refused.Error.ToException(),
            _ => throw new UnreachableException(),
        };
        var channel = new RequestChannel(environment.Network, environment.Time, environment.Context, incarnation, onFailure);
        var opened = new SplitStore(services, channel, log);
        await opened.RecoverAsync();
        opened.IsNew = StoreFacts.IsNew(store);
        opened._timers.Start();
        return opened;
    }

    /// <summary>The channel to other nodes, for what is built above.</summary>
    public RequestChannel Channel => _channel;

    /// <summary>The replica of a split here, or null.</summary>
    public SplitReplica? Find(SplitId split) => _replicas.GetValueOrDefault(split);

    /// <summary>
    /// Creates the replica of a split that begins on this node, from its first descriptor. Durable when it returns.
    /// Every node of the descriptor does the same once, and never again.
    /// </summary>
    public async Task CreateAsync(SplitDescriptor descriptor)
    {
        if (_replicas.ContainsKey(descriptor.Split)) return;
        SplitState state = SplitState.Initial(descriptor);
        var batch = new OrderedBatch();
        batch.Put(LocalKeys.State(descriptor.Split), state.Encode());
        _services.Store.Write(batch);
        await _services.Store.FlushAsync();
        await BeginLogAsync(state);
        Open(state);
    }

    /// <summary>Splits whose log here is damaged: their replicas take no part.</summary>
    public IReadOnlyCollection<SplitId> Damaged => _damaged;

    /// <summary>Answers a request for a split here, without a socket in between.</summary>
    public async ValueTask<SplitReply> HandleAsync(SplitRequest request)
    {
        if (Failure is not null) return new SplitRefusal.Unavailable("the store is out of service", Ambiguous: false);
        if (!_replicas.TryGetValue(request.To.Split, out SplitReplica? replica)) return new SplitRefusal.SplitMoved([]);
        return await replica.HandleAsync(request);
    }

    /// <summary>Makes the ordered store durable, then cuts the logs behind it.</summary>
    public async Task FlushStoreAsync()
    {
        var durable = new List<(SplitReplica Replica, LogIndex Applied)>();
        foreach (SplitReplica replica in _replicaList) durable.Add((replica, replica.Machine.State.Applied));
        _flush.BytesSinceFlush = 0;
        await _services.Store.FlushAsync();
        _writer.Keep(batch =>
        {
            foreach ((SplitReplica replica, LogIndex applied) in durable) Compact(batch, replica, applied);
        });
    }

    private void Compact(LogBatch batch, SplitReplica replica, LogIndex durable)
    {
        if (replica.Machine.IsRetired || durable.Value <= _services.Limits.KeepEntries) return;
        var through = new LogIndex(durable.Value - _services.Limits.KeepEntries);
        if (_log.Find(replica.Split) is not { IsDamaged: false } log || through < log.FirstIndex) return;
        if (log.TryTerm(through, out Term term)) batch.Compact(replica.Split, through, term);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _services.IsStopping = true;
        _services.Liveness.Dispose();
        _timers.Dispose();
        _channel.Dispose();
    }

    private async Task RecoverAsync()
    {
        var found = new Queue<SplitState>(StoreFacts.States(_services.Store));
        while (found.TryDequeue(out SplitState? state))
        {
            SplitLog? log = _log.Find(state.Descriptor.Split);
            if (log is { IsDamaged: true })
            {
                // Its votes and acknowledgements are lost: it must not take part until it is made anew.
                _damaged.Add(state.Descriptor.Split);
                continue;
            }

            if (log is null || log.LastIndex < state.Applied) await BeginLogAsync(state);
            (SplitState caughtUp, List<SplitState> born) = await LogReplayer.CatchUpAsync(_services.Store, _log, state);
            foreach (SplitState right in born) found.Enqueue(right);
            Open(caughtUp);
        }

        foreach (SplitId split in StoreFacts.Invitations(_services.Store))
        {
            if (!_replicas.ContainsKey(split)) Open(SplitState.Empty(split));
        }
    }

    // Gives a group a log that begins after the state: at birth, or after a snapshot that the log did not see.
    private async Task BeginLogAsync(SplitState state)
    {
        HardState known = _log.Find(state.Descriptor.Split)?.HardState ?? default;
        bool newTerm = known.Term < state.AppliedTerm;
        var work = new AppendWork
        {
            Sequence = 1,
            HardState = known with
            {
                Term = newTerm ? state.AppliedTerm : known.Term,
                Vote = newTerm ? NodeId.None : known.Vote,
                Commit = LogIndex.Max(known.Commit, state.Applied),
            },
            Snapshot = new RaftSnapshotMetadata(state.Applied, state.AppliedTerm, state.Configuration),
            MustSync = true,
            MessagesAfterSync = [],
        };
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _writer.Keep(batch => LogWriter.Add(batch, state.Descriptor.Split, work), written);
        await written.Task;
    }

    private SplitReplica Open(SplitState state)
    {
        SplitId split = state.Descriptor.Split;
        var machine = new SplitStateMachine(_services.Store, state);
        SplitReplica? replica = null;
        var view = new GroupLogView(_log, split, state, () => replica?.Machine.State ?? state);
        var peer = new RaftPeer(ConfigOf(state), view);
        replica = new SplitReplica(_services, peer, machine);
        Adopt(replica);
        return replica;
    }

    private void Adopt(SplitReplica replica)
    {
        _replicas[replica.Split] = replica;
        _replicaList = [.. _replicas.Values];
        _support.Publish(replica);
        _flush.Mark(replica);
    }

    private RaftConfig ConfigOf(SplitState state) => new()
    {
        Self = _services.Self,
        Random = new Prng(_services.Environment.Random.NextUInt64()),
        Applied = state.Applied,
        ElectionTicks = _services.Limits.ElectionTicks,
        HeartbeatTicks = _services.Limits.HeartbeatTicks,
        ExternalSupport = true,
    };

    private void OnRaftFrame(NodeId from, ReadOnlyMemory<byte> frame)
    {
        if (Failure is not null) return;
        foreach ((SplitId split, RaftMessage message) in RaftFrame.Decode(frame))
        {
            if (!_replicas.TryGetValue(split, out SplitReplica? replica)) continue;
            if (message.From != from || message.To != _services.Self) continue;
            replica.Peer.Step(message);
            replica.FollowRole();
            _flush.Mark(replica);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> OnRequestAsync(NodeId from, ReadOnlyMemory<byte> bytes)
    {
        SplitReply reply = await HandleAsync(RequestCodec.Decode(bytes));
        var writer = new WireWriter();
        ReplyCodec.Encode(writer, reply);
        return writer.Written;
    }

    // A division was applied: the right side begins here, from the state that the same batch wrote. Its log may be there
    // already, when the division is applied a second time after a crash.
    private async Task BeginRightAsync(SplitState right)
    {
        SplitId split = right.Descriptor.Split;
        if (_log.Find(split) is null) await BeginLogAsync(right);
        if (_replicas.ContainsKey(split)) return;
        (SplitState caughtUp, List<SplitState> born) = await LogReplayer.CatchUpAsync(_services.Store, _log, right);
        Open(caughtUp);
        foreach (SplitState next in born) await BeginRightAsync(next);
    }

    private async ValueTask<bool> InviteAsync(NodeId node, SplitDescriptor descriptor)
    {
        var writer = new WireWriter();
        descriptor.Encode(writer);
        try
        {
            await _channel.CallAsync(node, NodeService.Invite, writer.Written, _services.Limits.SupportDuration);
            return true;
        }
        catch (LintelException)
        {
            // The leader invites again at its next round of housekeeping, for as long as the node is a member.
            return false;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> OnInviteAsync(NodeId from, ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        SplitDescriptor descriptor = SplitDescriptor.Decode(ref reader);
        if (_replicas.ContainsKey(descriptor.Split) || _damaged.Contains(descriptor.Split)) return default;
        foreach (SplitReplica other in _replicaList)
        {
            if (other.Descriptor.Span.Overlaps(descriptor.Span))
                throw new LintelException(
                    ErrorCode.Unavailable, $"{_services.Self} cannot hold {descriptor.Split} yet",
                    $"its replica of {other.Split} still covers {other.Descriptor.Span}", "retry");
        }

        if (descriptor.Generation < StoreFacts.RemovedAt(_services.Store, descriptor.Split))
            throw new LintelException(ErrorCode.FailedPrecondition, $"{_services.Self} left {descriptor.Split} after that");
        await StoreFacts.InviteAsync(_services.Store, descriptor.Split);
        if (!_replicas.ContainsKey(descriptor.Split)) Open(SplitState.Empty(descriptor.Split));
        return default;
    }

    // The contents of a snapshot are here, checked and complete: they replace the replica's state at once.
    private async ValueTask<bool> InstallAsync(SnapshotContents contents)
    {
        SplitState state = contents.State;
        if (!_replicas.TryGetValue(state.Descriptor.Split, out SplitReplica? replica)) return false;
        if (replica.Machine.State.Applied >= state.Applied) return true;
        foreach (SplitReplica other in _replicaList)
        {
            if (other != replica && other.Descriptor.Span.Overlaps(state.Descriptor.Span)) return false;
        }

        if (!replica.Peer.Configuration.Members.IsEmpty && replica.Peer.Role == Role.Leader) return false;
        SnapshotInstall.Write(_services.Store, replica.Machine.State, contents);
        await _services.Store.FlushAsync();
        var machine = new SplitStateMachine(_services.Store, state);
        replica.Peer.Step(contents.Message with
        {
            Snapshot = new RaftSnapshotMetadata(state.Applied, state.AppliedTerm, state.Configuration),
        });
        replica.OnSnapshotInstalled(machine);
        _support.Publish(replica);
        _flush.Mark(replica);
        return true;
    }

    private async Task RemoveAsync(SplitReplica replica)
    {
        // The group may still need this node to hear that it is out; it does not need it to vote.
        await Task.Delay(_services.Limits.SupportDuration, _services.Environment.Time);
        if (replica.Machine.IsRetired || replica.Peer.Configuration.Contains(_services.Self)) return;
        replica.Machine.IsRetired = true;
        _replicas.Remove(replica.Split);
        _replicaList = [.. _replicas.Values];
        SnapshotInstall.Erase(_services.Store, replica.Machine.State);
        await _services.Store.FlushAsync();
        _writer.Keep(batch => batch.Remove(replica.Split));
    }

    private IReadOnlyList<SplitDescriptor> NeighboursOf(SplitDescriptor own)
    {
        foreach (SplitReplica other in _replicaList)
        {
            if (other.Split != own.Split && other.Descriptor.Span.Start == own.Span.End) return [own, other.Descriptor];
        }

        return [own];
    }

    private void Fail(LintelException failure)
    {
        Failure = failure;
        _timers.Dispose();
        _services.OnFailure(failure);
    }
}
