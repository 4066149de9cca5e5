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
/// gives, so its leases end by themselves.
/// </summary>
public sealed class SupportExchange
{
    private readonly StoreServices _services;
    private readonly RequestChannel _channel;
    private readonly Func<IEnumerable<SplitReplica>> _replicas;

    /// <summary>Joins the channel.</summary>
    public SupportExchange(StoreServices services, RequestChannel channel, Func<IEnumerable<SplitReplica>> replicas)
    {
        _services = services;
        _channel = channel;
        _replicas = replicas;
        channel.OnMessage(NodeService.Support, OnMessage);
    }

    /// <summary>One round: asks every node that holds a replica of a split that is also here.</summary>
    public void Ask()
    {
        if (_services.IsClockBounded)
        {
            TrueTimeInterval now = _services.Environment.TrueTime.Now();
            Timestamp until = now.Latest + _services.Limits.SupportDuration;
            _services.Support.Receive(_services.Self, _services.Support.Give(_services.Self, until, now));
            foreach ((NodeId node, List<IdleClose> closes) in ClosesByNode())
                _channel.Send(node, NodeService.Support, new SupportMessage.Ask(until, closes).Encode());
        }

        Withdraw();
        Publish();
    }

    /// <summary>Withdraws what has ended, and tells the replicas at once if anything has.</summary>
    public void Withdraw()
    {
        if (_services.Support.Withdraw(_services.Environment.TrueTime.Now())) Publish();
    }

    /// <summary>Tells every replica whom this node supports, and by whom it is supported.</summary>
    public void Publish()
    {
        foreach (SplitReplica replica in _replicas()) Publish(replica);
    }

    /// <summary>Tells one replica.</summary>
    public void Publish(SplitReplica replica)
    {
        Timestamp passed = _services.Environment.TrueTime.Now().Earliest;
        foreach (NodeId node in replica.Peer.Configuration.Members) Publish(replica, node, passed);
        NodeId promised = replica.Peer.Promise.Promise.To;
        if (!promised.IsNone) Publish(replica, promised, passed);
        replica.FollowRole();
        _services.MarkDirty(replica);
    }

    private void Publish(SplitReplica replica, NodeId node, Timestamp passed)
    {
        if (!_services.Support.IsSilent) replica.Peer.SetSupportFor(node, _services.Support.EpochGivenTo(node));
        SupportGrant received = _services.Support.ReceivedFrom(node);
        replica.Peer.SetSupportFrom(node, received.Until > passed ? received.Epoch : 0);
    }

    private SortedDictionary<NodeId, List<IdleClose>> ClosesByNode()
    {
        var closes = new SortedDictionary<NodeId, List<IdleClose>>();
        foreach (SplitReplica replica in _replicas())
        {
            IdleClose? close = replica.IdleClose() is { } idle
                ? new IdleClose(replica.Split, idle.Term, idle.Index, idle.Closed)
                : null;
            if (close is { } own) replica.OnIdleClose(own.Term, own.Index, own.Closed);
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
        _services.Liveness.Heard(from);
        switch (SupportMessage.Decode(bytes))
        {
            case SupportMessage.Ask ask:
                OnAsk(from, ask);
                break;
            case SupportMessage.Answer answer:
                SupportGrant before = _services.Support.ReceivedFrom(from);
                _services.Support.Receive(from, answer.Grant);
                if (_services.Support.ReceivedFrom(from).Epoch != before.Epoch) Publish();
                break;
            default:
                throw new LintelException(ErrorCode.Corruption, "malformed message");
        }
    }

    private void OnAsk(NodeId from, SupportMessage.Ask ask)
    {
        if (_services.IsClockBounded)
        {
            ulong before = _services.Support.EpochGivenTo(from);
            SupportGrant grant = _services.Support.Give(from, ask.Until, _services.Environment.TrueTime.Now());
            if (grant.Epoch != before) Publish();
            if (grant.Epoch != 0) _channel.Send(from, NodeService.Support, new SupportMessage.Answer(grant).Encode());
        }

        foreach (IdleClose close in ask.Closes)
        {
            foreach (SplitReplica replica in _replicas())
            {
                if (replica.Split == close.Split) replica.OnIdleClose(close.Term, close.Index, close.Closed);
            }
        }
    }
}
