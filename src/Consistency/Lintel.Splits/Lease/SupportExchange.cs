using Lintel.Environment.Network;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Splits.Host;
using Lintel.Splits.Replica;

namespace Lintel.Splits.Lease;

/// <summary>
/// Exchanges support with the other nodes: asks each of them, this node itself included, every
/// <see cref="SplitLimits.SupportInterval"/>, and answers when asked. A node whose clock has no bound neither asks nor
/// gives, so its leases end by themselves; one whose disk does not answer asks no longer.
/// </summary>
/// <remarks>
/// Replicas are told what changed and nothing else: a round in which all goes well touches no replica but to close the
/// timestamps of idle splits.
/// </remarks>
public sealed class SupportExchange
{
    private readonly StoreServices _services;
    private readonly RequestChannel _channel;
    private readonly StoreReplicas _replicas;

    // What the replicas were told last, by node.
    private readonly SortedDictionary<NodeId, (ulong Given, ulong Received)> _told = [];
    private bool _toldOfSilence;

    /// <summary>Joins the channel.</summary>
    public SupportExchange(StoreServices services, RequestChannel channel, StoreReplicas replicas)
    {
        _services = services;
        _channel = channel;
        _replicas = replicas;
        channel.OnMessage(NodeService.Support, OnMessage);
    }

    /// <summary>One round: asks every node that holds a replica of a split that is also here.</summary>
    public void Ask()
    {
        Withdraw();
        if (!_services.MayLead) return;
        TrueTimeInterval now = _services.Environment.TrueTime.Now();
        Timestamp until = now.Latest + _services.Limits.SupportDuration;
        _services.Support.Receive(_services.Self, _services.Support.Give(_services.Self, until, now));
        SortedDictionary<NodeId, List<IdleClose>> closes = ClosesByNode();
        _services.Liveness.Retain(closes.Keys);
        foreach ((NodeId node, List<IdleClose> list) in closes)
            _channel.Send(node, NodeService.Support, new SupportMessage.Ask(_services.Support.Incarnation, until, list).Encode());
        PublishChanges();
    }

    /// <summary>Withdraws what has ended, and tells the replicas at once if anything has.</summary>
    public void Withdraw()
    {
        TrueTimeInterval now = _services.Environment.TrueTime.Now();
        if (_services.IsClockBounded) _services.Support.OnBounded(now);
        _services.Support.Withdraw(now);
        PublishChanges();
    }

    /// <summary>Tells one replica everything: it is new, or its members have changed.</summary>
    public void Publish(SplitReplica replica)
    {
        Timestamp passed = _services.Environment.TrueTime.Now().Earliest;
        foreach (NodeId node in replica.Peer.Configuration.Members) Publish(replica, node, GivenTo(node), ReceivedFrom(node, passed));
        NodeId promised = replica.Peer.Promise.Promise.To;
        if (!promised.IsNone) Publish(replica, promised, GivenTo(promised), ReceivedFrom(promised, passed));
        replica.FollowRole();
        _services.MarkDirty(replica);
    }

    private void PublishChanges()
    {
        if (!_toldOfSilence && !_services.Support.IsSilent)
        {
            // What no replica was told during the silence: that promises of an earlier life are over.
            _toldOfSilence = true;
            foreach (SplitReplica replica in _replicas.List)
            {
                Publish(replica);
                replica.OnSupportLost(NodeId.None);
            }
        }

        Timestamp passed = _services.Environment.TrueTime.Now().Earliest;
        foreach (NodeId node in _services.Support.Nodes)
        {
            (ulong Given, ulong Received) now = (GivenTo(node), ReceivedFrom(node, passed));
            (ulong Given, ulong Received) before = _told.GetValueOrDefault(node);
            if (before == now) continue;
            _told[node] = now;
            bool lost = before.Given != 0 && now.Given == 0 && node != _services.Self;
            foreach (SplitReplica replica in _replicas.List)
            {
                if (!replica.Peer.Configuration.Contains(node) && replica.Peer.Promise.Promise.To != node) continue;
                Publish(replica, node, now.Given, now.Received);
                if (lost) replica.OnSupportLost(node);
                replica.FollowRole();
                _services.MarkDirty(replica);
            }
        }
    }

    private void Publish(SplitReplica replica, NodeId node, ulong given, ulong received)
    {
        if (!_services.Support.IsSilent) replica.OnSupportGiven(node, given);
        replica.Peer.SetSupportFrom(node, received);
    }

    private ulong GivenTo(NodeId node) => _services.Support.EpochGivenTo(node);

    private ulong ReceivedFrom(NodeId node, Timestamp passed)
    {
        SupportGrant received = _services.Support.ReceivedFrom(node);
        return received.Until > passed ? received.Epoch : 0;
    }

    private SortedDictionary<NodeId, List<IdleClose>> ClosesByNode()
    {
        var closes = new SortedDictionary<NodeId, List<IdleClose>>();
        foreach (SplitReplica replica in _replicas.List)
        {
            IdleClose? close = replica.IdleClose();
            if (close is { } own) replica.OnIdleClose(own);
            foreach (NodeId node in replica.Peer.Configuration.Members)
            {
                if (node == _services.Self) continue;
                if (!closes.TryGetValue(node, out List<IdleClose>? list)) closes.Add(node, list = []);
                if (close is { } known) list.Add(known);
            }
        }

        return closes;
    }

    private void OnMessage(NodeId from, ReadOnlyMemory<byte> bytes)
    {
        SupportMessage message = SupportMessage.Decode(bytes);
        _services.Liveness.Heard(from, (message as SupportMessage.Ask)?.Incarnation ?? 0);
        switch (message)
        {
            case SupportMessage.Ask ask:
                OnAsk(from, ask);
                break;
            case SupportMessage.Answer answer:
                _services.Support.Receive(from, answer.Grant);
                PublishChanges();
                break;
            default:
                throw new LintelException(ErrorCode.Corruption, "malformed message");
        }
    }

    private void OnAsk(NodeId from, SupportMessage.Ask ask)
    {
        if (_services.IsClockBounded)
        {
            SupportGrant grant = _services.Support.Give(from, ask.Until, _services.Environment.TrueTime.Now());
            PublishChanges();
            if (grant.Epoch != 0) _channel.Send(from, NodeService.Support, new SupportMessage.Answer(grant).Encode());
        }

        foreach (IdleClose close in ask.Closes) _replicas.Find(close.Split)?.OnIdleClose(close);
    }
}
