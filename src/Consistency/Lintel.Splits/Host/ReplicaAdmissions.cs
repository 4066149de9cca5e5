using Lintel.Environment.Network;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Raft.Log;
using Lintel.Splits.Replica;
using Lintel.Splits.Routing;
using Lintel.Splits.Snapshots;

namespace Lintel.Splits.Host;

/// <summary>
/// How replicas come to a store and leave it: by creation, by division, by invitation and RaftSnapshot, and by being
/// taken out of the configuration of their group.
/// </summary>
/// <remarks>
/// S14: what a replica has forgotten (votes, entries) it never had: one that leaves remembers at which generation it
/// left, and is let in again only by a configuration that is not older.
/// </remarks>
public sealed class ReplicaAdmissions
{
    private readonly StoreServices _services;
    private readonly RequestChannel _channel;
    private readonly StoreReplicas _replicas;
    private readonly LogWriter _writer;
    private readonly Func<SplitId, SplitDescriptor, bool> _isKeptOut;

    /// <summary>Serves invitations, once <see cref="Admit"/> says so.</summary>
    /// <param name="services">What the store shares.</param>
    /// <param name="channel">The way to other nodes.</param>
    /// <param name="replicas">The replicas here.</param>
    /// <param name="writer">The log.</param>
    /// <param name="isKeptOut">Told of the descriptor of an invitation; whether the split must stay closed here.</param>
    public ReplicaAdmissions(
        StoreServices services,
        RequestChannel channel,
        StoreReplicas replicas,
        LogWriter writer,
        Func<SplitId, SplitDescriptor, bool> isKeptOut)
    {
        _services = services;
        _channel = channel;
        _replicas = replicas;
        _writer = writer;
        _isKeptOut = isKeptOut;
        services.InviteAsync = InviteAsync;
        channel.Serve(NodeService.Invite, OnInviteAsync);
    }

    /// <summary>Whether the store is recovered, so that others may bring replicas to it.</summary>
    public bool Admit { get; set; }

    /// <summary>
    /// Creates the replica of a split that begins on this node, from its first descriptor. Durable when it returns.
    /// Every node of the descriptor does the same once, and never again.
    /// </summary>
    public async Task CreateAsync(SplitDescriptor descriptor)
    {
        if (_replicas.Find(descriptor.Split) is not null || !_replicas.TryBegin(descriptor.Split)) return;
        try
        {
            SplitState state = SplitState.Initial(descriptor);
            StoreFacts.Begin(_services.Store, state);
            await _services.Store.FlushAsync();
            await _writer.InstallAsync(state);
            _replicas.Open(state);
        }
        finally
        {
            _replicas.End(descriptor.Split);
        }
    }

    /// <summary>
    /// A division was applied: the right side begins here, from the state that the same batch wrote. Where the left side
    /// leads, the right side stands for election at once, so that it has the leaseholder its keys had.
    /// </summary>
    public async Task BeginRightAsync(SplitState right, bool stand)
    {
        SplitId split = right.Descriptor.Split;
        if (_replicas.Find(split) is not null || !_replicas.TryBegin(split)) return;
        try
        {
            // Its log is there already when the division is applied a second time, after a crash.
            await _writer.InstallAsync(right);
            (SplitState now, List<SplitState> born) = await _writer.CatchUpAsync(right);
            SplitReplica replica = _replicas.Open(now);
            if (stand) replica.StandAtOnce();
            foreach (SplitState next in born) _services.Start(() => BeginRightAsync(next, stand: false));
        }
        finally
        {
            _replicas.End(split);
        }
    }

    /// <summary>
    /// The contents of a snapshot are here, checked and complete: they replace the replica's state. Nothing is applied to
    /// it between the write and the moment when the peer knows.
    /// </summary>
    public async ValueTask<bool> InstallAsync(SnapshotContents contents)
    {
        SplitState state = contents.State;
        if (_replicas.Find(state.Descriptor.Split) is not { IsInstalling: false } replica) return false;
        if (replica.Machine.State.Applied >= state.Applied) return true;
        if (_replicas.Overlapping(state.Descriptor.Span, state.Descriptor.Split) is not null) return false;
        if (replica.Peer.Role == Role.Leader) return false;
        replica.IsInstalling = true;
        try
        {
            SnapshotInstall.Write(_services.Store, replica.Machine.State, contents);
            await _services.Store.FlushAsync();
        }
        finally
        {
            replica.IsInstalling = false;
        }

        if (replica.Machine.IsRetired) return false;
        var machine = new SplitStateMachine(_services.Store, state);
        replica.Peer.Step(contents.Message with
        {
            Snapshot = new RaftSnapshotMetadata(state.Applied, state.AppliedTerm, state.Configuration),
        });
        replica.OnSnapshotInstalled(machine);
        return true;
    }

    /// <summary>
    /// The configuration no longer has this node: its replica goes, once it has served those who may still need to hear
    /// from it. <paramref name="generation"/> is at which the node was out, at the latest.
    /// </summary>
    public async Task RemoveAsync(SplitReplica replica, ulong generation)
    {
        if (replica.Machine.IsRetired || !_replicas.TryBegin(replica.Split)) return;
        try
        {
            await Task.Delay(_services.Limits.SupportDuration, _services.Environment.Time);
            if (replica.Machine.IsRetired || replica.IsInstalling) return;
            if (replica.Peer.Configuration.Contains(_services.Self) && replica.Descriptor.Generation >= generation) return;
            _replicas.Retire(replica);
            await EraseAsync(replica.Machine.State, Math.Max(generation, replica.Descriptor.Generation));
        }
        finally
        {
            _replicas.End(replica.Split);
        }
    }

    /// <summary>Removes everything of a split that is not open. Durable when it returns.</summary>
    public async Task EraseAsync(SplitState state, ulong generation)
    {
        SnapshotInstall.Erase(_services.Store, state, generation);
        await _services.Store.FlushAsync();
        await _writer.KeepAsync(batch => batch.Remove(state.Descriptor.Split));
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
        SplitId split = descriptor.Split;
        if (!Admit) throw NotYet(split, "it is starting");
        if (_replicas.Find(split) is not null) return default;
        if (_isKeptOut(split, descriptor)) throw NotYet(split, "its log of that split is damaged and not taken away yet");
        if (_replicas.Overlapping(descriptor.Span, split) is { } other)
            throw NotYet(split, $"its replica of {other.Split} still covers {other.Descriptor.Span}");
        if (descriptor.Generation < StoreFacts.RemovedAt(_services.Store, split))
            throw new LintelException(ErrorCode.FailedPrecondition, $"{_services.Self} left {split} after that");
        if (!_replicas.TryBegin(split)) throw NotYet(split, "another change of it is under way");
        try
        {
            await StoreFacts.InviteAsync(_services.Store, descriptor);
            _replicas.Open(SplitState.Empty(split));
        }
        finally
        {
            _replicas.End(split);
        }

        return default;
    }

    private LintelException NotYet(SplitId split, string why) =>
        new(ErrorCode.Unavailable, $"{_services.Self} cannot hold {split} yet", why, "retry");
}
