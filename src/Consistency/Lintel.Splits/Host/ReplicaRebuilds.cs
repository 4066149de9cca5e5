using Lintel.Environment.Network;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Host;

/// <summary>
/// Makes replicas anew whose log here is damaged. Such a replica may have forgotten a vote or an entry it acknowledged,
/// so it must never take part again: it is closed from the start, asks its group to be taken out, forgets everything,
/// and asks to be let in again, as a learner that gets a RaftSnapshot and then a vote.
/// </summary>
/// <remarks>
/// <para>
/// Damaged -> (taken out by the group) -> erased, with a note to come back -> (let in) -> a replica like any other.
/// Each step is repeated until it succeeds, by one round of housekeeping after another; the note survives crashes.
/// </para>
/// <para>
/// It also finds replicas that were taken out while nobody told them: they hear no leader and ask the others.
/// </para>
/// </remarks>
public sealed class ReplicaRebuilds(
    StoreServices services, RequestChannel channel, StoreReplicas replicas, Func<ReplicaAdmissions> admissions)
{
    private readonly SortedDictionary<SplitId, Damage> _damaged = [];
    private readonly SortedDictionary<SplitId, SplitDescriptor> _returning = [];
    private bool _running;

    /// <summary>Splits that are closed here because their log is damaged.</summary>
    public IReadOnlyCollection<SplitId> Damaged => _damaged.Keys;

    /// <summary>The log of a split is damaged, or its state is missing (then <paramref name="state"/> is empty).</summary>
    public void Add(SplitState state) => _damaged[state.Descriptor.Split] = new Damage(state);

    /// <summary>Takes up what an earlier life left: splits that were erased and are to come back.</summary>
    public void Resume()
    {
        foreach (SplitDescriptor last in StoreFacts.Returning(services.Store)) _returning[last.Split] = last;
    }

    /// <summary>Whether a split must stay closed; learns the descriptor of an invitation.</summary>
    public bool IsKeptOut(SplitId split, SplitDescriptor descriptor)
    {
        if (!_damaged.TryGetValue(split, out Damage? damage)) return false;
        damage.Learn(descriptor);
        return true;
    }

    /// <summary>A node speaks of a damaged split: it is a member and can be asked.</summary>
    public void Heard(SplitId split, NodeId from)
    {
        if (_damaged.TryGetValue(split, out Damage? damage)) damage.Member = from;
    }

    /// <summary>One round, unless the last one is still under way.</summary>
    public void Run()
    {
        if (_running) return;
        bool strays = false;
        foreach (SplitReplica replica in replicas.List) strays |= replica.IsStray;
        if (_damaged.Count == 0 && _returning.Count == 0 && !strays) return;
        _running = true;
        services.Start(async () =>
        {
            try
            {
                foreach (Damage damage in new List<Damage>(_damaged.Values)) await TakeOutAsync(damage);
                foreach (SplitDescriptor last in new List<SplitDescriptor>(_returning.Values)) await ComeBackAsync(last);
                foreach (SplitReplica replica in replicas.List) await CheckStrayAsync(replica);
            }
            finally
            {
                _running = false;
            }
        });
    }

    private async Task TakeOutAsync(Damage damage)
    {
        SplitId split = damage.State.Descriptor.Split;
        if (replicas.Find(split) is not null)
        {
            // Its state was missing only because the division that makes it had not been applied again.
            _damaged.Remove(split);
            return;
        }

        if (await NewestAsync(split, damage.AskWhom(services.Self, services.Support.Nodes)) is { } newest) damage.Learn(newest);
        SplitDescriptor known = damage.Known;
        if (known.Replicas.Count == 0 || services.Router is not { } router) return;
        if (replicas.Overlapping(known.Span, split) is not null) return;
        router.Correct(known.Address, [known]);
        SplitReply reply = await router.SendAsync(new EvictReplica(known.Address, services.Self));
        if (reply is not SplitReply.ReplicasChanged { Now: var without } || without.IsOn(services.Self)) return;
        if (replicas.Find(split) is not null || !replicas.TryBegin(split)) return;
        try
        {
            if (known.IsOn(services.Self))
            {
                StoreFacts.SetReturning(services.Store, known);
                _returning[split] = known;
            }

            await admissions().EraseAsync(damage.State, without.Generation);
            _damaged.Remove(split);
        }
        finally
        {
            replicas.End(split);
        }
    }

    private async Task ComeBackAsync(SplitDescriptor last)
    {
        if (services.Router is not { } router) return;
        ReplicaRole role = ReplicaRole.Voter;
        foreach (SplitReplicaPlace place in last.Replicas)
        {
            if (place.Node == services.Self) role = place.Role;
        }

        try
        {
            router.Correct(last.Address, [last]);
            SplitReply reply = await router.SendAsync(new AdmitReplica(last.Address, services.Self, role));
            if (reply is SplitRefusal.SplitMoved moved)
            {
                router.Correct(last.Address, moved.Now);
                SplitDescriptor now = await router.FindAsync(last.Span.Start);
                if (now.Split == last.Split) _returning[last.Split] = now with { Replicas = [.. now.Replicas, new(services.Self, role)] };
            }

            if (reply is not SplitReply.ReplicasChanged) return;
        }
        catch (LintelException)
        {
            // Not reached: the next round asks again.
            return;
        }

        StoreFacts.ClearReturning(services.Store, last.Split);
        _returning.Remove(last.Split);
    }

    // Who was taken out is told by nobody, because nobody sends to it any more.
    private async Task CheckStrayAsync(SplitReplica replica)
    {
        if (!replica.IsStray) return;
        if (replica.IsOut)
        {
            // It knew, and crashed before it was gone.
            await admissions().RemoveAsync(replica, replica.Descriptor.Generation);
            return;
        }

        // One that was invited and never let in knows only what it was invited to.
        SplitDescriptor basis = StoreFacts.InvitationTo(services.Store, replica.Split) ?? replica.Descriptor;
        var members = new SortedSet<NodeId>(replica.Peer.Configuration.Members);
        foreach (SplitReplicaPlace place in basis.Replicas) members.Add(place.Node);
        members.Remove(services.Self);
        SplitDescriptor? now = await NewestAsync(replica.Split, members) ?? await RecordedAsync(basis);
        if (now is null || now.Split != replica.Split || now.IsOn(services.Self)) return;
        if (now.Generation <= replica.Descriptor.Generation) return;
        await admissions().RemoveAsync(replica, now.Generation);
    }

    private async Task<SplitDescriptor?> RecordedAsync(SplitDescriptor own)
    {
        if (services.Router is not { } router || own.Span.IsEmpty) return null;
        try
        {
            router.Correct(own.Address, []);
            return await router.FindAsync(own.Span.Start);
        }
        catch (LintelException)
        {
            // Not found now: the replica stays stray, and the next round asks again.
            return null;
        }
    }

    private async Task<SplitDescriptor?> NewestAsync(SplitId split, IReadOnlyCollection<NodeId> nodes)
    {
        SplitDescriptor? newest = null;
        var writer = new WireWriter();
        RequestCodec.Encode(writer, new AskStatus(new SplitAddress(split, 0)));
        foreach (NodeId node in nodes)
        {
            if (services.Liveness.IsSilent(node)) continue;
            try
            {
                ReadOnlyMemory<byte> answer =
                    await channel.CallAsync(node, NodeService.Request, writer.Written, services.Limits.SupportDuration);
                if (ReplyCodec.Decode(answer) is not SplitReply.Status { Of: var status }) continue;
                if (newest is null || status.Descriptor.Generation > newest.Generation) newest = status.Descriptor;
            }
            catch (LintelException)
            {
                // Not reached: the others may know.
            }
        }

        return newest;
    }

    private sealed class Damage(SplitState state)
    {
        public SplitState State { get; } = state;

        public SplitDescriptor Known { get; private set; } = state.Descriptor;

        public NodeId Member { get; set; }

        public void Learn(SplitDescriptor descriptor)
        {
            if (descriptor.Generation > Known.Generation) Known = descriptor;
        }

        /// <summary>Its members as far as they are known; everybody else when they are not.</summary>
        public SortedSet<NodeId> AskWhom(NodeId self, IReadOnlyCollection<NodeId> everybody)
        {
            var nodes = new SortedSet<NodeId>();
            if (!Member.IsNone) nodes.Add(Member);
            foreach (SplitReplicaPlace place in Known.Replicas) nodes.Add(place.Node);
            if (nodes.Count == 0) nodes.UnionWith(everybody);
            nodes.Remove(self);
            return nodes;
        }
    }
}
