using System.Diagnostics;
using Lintel.Environment;
using Lintel.Environment.Network;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
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
    private readonly StoreReplicas _replicas;
    private readonly ReplicaAdmissions _admissions;
    private readonly ReplicaRebuilds _rebuilds;
    private readonly FlushLoop _flush;
    private readonly SupportExchange _support;
    private readonly StoreTimers _timers;

    private SplitStore(StoreServices services, RequestChannel channel, StoreLog log)
    {
        _services = services;
        _channel = channel;
        _log = log;
        _writer = new LogWriter(services, log) { OnFailed = error => Fail(error.ToException()) };
        _replicas = new StoreReplicas(services, log);
        _rebuilds = new ReplicaRebuilds(services, channel, _replicas, () => _admissions!);
        _admissions = new ReplicaAdmissions(services, channel, _replicas, _writer, _rebuilds.IsKeptOut);
        var snapshots = new SnapshotSender(services, channel);
        var receiver = new SnapshotReceiver(services, _admissions.InstallAsync);
        _flush = new FlushLoop(services, channel, _writer)
        {
            OnDivided = (right, stand) => services.Start(() => _admissions.BeginRightAsync(right, stand)),
            OnRemoved = replica => services.Start(() => _admissions.RemoveAsync(replica, replica.Descriptor.Generation)),
            SendSnapshot = snapshots.Begin,
        };
        _support = new SupportExchange(services, channel, _replicas);
        services.MarkDirty = _flush.Mark;
        services.NeighboursOf = NeighboursOf;
        services.PublishSupport = _support.Publish;
        _replicas.OnOpened = _support.Publish;
        _timers = new StoreTimers(this, services, _support, _flush, _writer, _rebuilds);
        channel.OnMessage(NodeService.Raft, OnRaftFrame);
        channel.Serve(NodeService.Request, OnRequestAsync);
        channel.Serve(NodeService.Snapshot, receiver.OnPartAsync);
    }

    /// <summary>What the replicas share.</summary>
    public StoreServices Services => _services;

    /// <summary>The replicas here, by split.</summary>
    public IReadOnlyList<SplitReplica> Replicas => _replicas.List;

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
    /// <param name="log">Sizes of the log; the defaults when null.</param>
    public static async Task<SplitStore> OpenAsync(
        NodeEnvironment environment,
        StoreIdentity identity,
        IOrderedStore store,
        SplitLimits limits,
        Action<Exception> onFailure,
        LogOptions? log = null)
    {
        StoreLog opening = await StoreLog.OpenAsync(environment.Disk, identity, log ?? new LogOptions()) switch
        {
            LogOpening.Opened ready => ready.Log,
            LogOpening.Refused refused => throw refused.Error.ToException(),
            _ => throw new UnreachableException(),
        };
        // Only so that incarnations grow even if the ordered store was lost: nothing is timed by it.
        var second = (ulong)Math.Clamp(environment.Time.GetUtcNow().ToUnixTimeSeconds(), 1, uint.MaxValue - 1);
        (ulong incarnation, bool isFirst) = await StoreFacts.NextIncarnationAsync(store, second);
        var support = new LeaseSupport(
            incarnation, limits.SupportDuration, limits.MaxUncertainty, firstLife: isFirst && opening.Splits.Count == 0);
        var services = new StoreServices(environment, limits, store, support) { OnFailure = onFailure };
        var channel = new RequestChannel(environment.Network, environment.Time, environment.Context, incarnation, onFailure);
        var opened = new SplitStore(services, channel, opening);
        await new StoreRecovery(services, opening, opened._writer, opened._replicas, opened._rebuilds).RunAsync();
        opened.IsNew = StoreFacts.IsNew(store) && opened.Damaged.Count == 0;
        opened._admissions.Admit = true;
        opened._timers.Start();
        return opened;
    }

    /// <summary>The channel to other nodes, for what is built above.</summary>
    public RequestChannel Channel => _channel;

    /// <summary>The replica of a split here, or null.</summary>
    public SplitReplica? Find(SplitId split) => _replicas.Find(split);

    /// <summary>
    /// Creates the replica of a split that begins on this node, from its first descriptor. Durable when it returns.
    /// Every node of the descriptor does the same once, and never again.
    /// </summary>
    public Task CreateAsync(SplitDescriptor descriptor) => _admissions.CreateAsync(descriptor);

    /// <summary>Splits whose log here is damaged: their replicas take no part until they are made anew.</summary>
    public IReadOnlyCollection<SplitId> Damaged => _rebuilds.Damaged;

    /// <summary>Answers a request for a split here, without a socket in between.</summary>
    public async ValueTask<SplitReply> HandleAsync(SplitRequest request)
    {
        if (Failure is not null) return new SplitRefusal.Unavailable("the store is out of service", Ambiguous: false);
        SplitId split = request.To.Split;
        if (_replicas.Find(split) is { } replica) return await replica.HandleAsync(request);
        // About to be opened: whoever asks is to come again.
        return _replicas.IsBetween(split) ? new SplitRefusal.NotLeaseholder(split, NodeId.None) : new SplitRefusal.SplitMoved([]);
    }

    /// <summary>Makes the ordered store durable, then cuts the logs behind it.</summary>
    public async Task FlushStoreAsync()
    {
        var durable = new List<(SplitReplica Replica, LogIndex Applied)>();
        foreach (SplitReplica replica in _replicas.List) durable.Add((replica, replica.Machine.State.Applied));
        _flush.BytesSinceFlush = 0;
        await _services.Store.FlushAsync();
        _writer.Keep(batch =>
        {
            foreach ((SplitReplica replica, LogIndex applied) in durable) Compact(batch, replica, applied);
        });
    }

    /// <summary>Stops serving, and returns when the last write has ended and the log is closed.</summary>
    public Task CloseAsync()
    {
        Dispose();
        return _writer.CloseAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _services.IsStopping = true;
        _services.Liveness.Dispose();
        _timers.Dispose();
        _channel.Dispose();
    }

    private void Compact(LogBatch batch, SplitReplica replica, LogIndex durable)
    {
        if (replica.Machine.IsRetired || durable.Value <= _services.Limits.KeepEntries) return;
        var through = new LogIndex(durable.Value - _services.Limits.KeepEntries);
        if (_log.Find(replica.Split) is not { IsDamaged: false } log || through < log.FirstIndex) return;
        if (log.TryTerm(through, out Term term)) batch.Compact(replica.Split, through, term);
    }

    private void OnRaftFrame(NodeId from, ReadOnlyMemory<byte> frame)
    {
        if (Failure is not null) return;
        foreach ((SplitId split, RaftMessage message) in RaftFrame.Decode(frame))
        {
            if (message.From != from || message.To != _services.Self) continue;
            if (_replicas.Find(split) is not { } replica)
            {
                _rebuilds.Heard(split, from);
                continue;
            }

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

    private IReadOnlyList<SplitDescriptor> NeighboursOf(SplitDescriptor own)
    {
        foreach (SplitReplica other in _replicas.List)
        {
            if (other.Split != own.Split && other.Descriptor.Span.Start == own.Span.End) return [own, other.Descriptor];
        }

        return Find(own.Split)?.DividedOff is { } right && right.Span.Start == own.Span.End ? [own, right] : [own];
    }

    private void Fail(LintelException failure)
    {
        Failure = failure;
        _timers.Dispose();
        _services.OnFailure(failure);
    }
}
