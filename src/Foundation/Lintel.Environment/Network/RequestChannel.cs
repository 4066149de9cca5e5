using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network;

/// <summary>
/// Requests with answers, and one-way messages, over the frames of an <see cref="INetwork"/>: what everything above
/// the network door uses to talk to another node, or to this one.
///
/// A call ends exactly once: with the answer, with the error that the handler threw (a <see cref="LintelException"/>
/// crosses the wire with its code, message, cause, correction and details), or here with Timeout (also as soon as the
/// connection is known to be lost), Unavailable (the
/// frame could not be handed over, or this channel was closed), Busy (too many calls outstanding) or cancellation.
/// After a Timeout nothing is known: the handler may run, have run, or never run. A request may also arrive twice, as
/// the network may duplicate; handlers must bear it.
///
/// A call is known by (incarnation, id): the host gives every life of a node another incarnation, so an answer to a
/// call of a previous life finds nobody. Late answers, and answers from a node that was not asked, are dropped and
/// counted. A call to <see cref="INetwork.Self"/> never meets the network: it is posted to the context.
///
/// Everything runs on the store's context: the methods are called from inside it, and handlers run on it, so nothing
/// here is locked. Payloads are handed over for good: neither side changes them afterwards.
/// </summary>
public sealed class RequestChannel : IDisposable
{
    private readonly INetwork _network;
    private readonly TimeProvider _time;
    private readonly SynchronizationContext _context;
    private readonly ulong _incarnation;
    private readonly RequestLimits _limits;
    private readonly Action<Exception> _onFailure;
    private readonly Func<NodeId, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>>?[] _services = new Func<NodeId, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>>?[256];
    private readonly Action<NodeId, ReadOnlyMemory<byte>>?[] _messages = new Action<NodeId, ReadOnlyMemory<byte>>?[256];
    private readonly SortedDictionary<ulong, OutstandingCall> _outstanding = [];
    private ulong _lastId;
    private int _serving;
    private bool _closed;

    /// <summary>
    /// Opens the channel and becomes the network's receiver. <paramref name="incarnation"/> must differ from that of
    /// every earlier life of this node; <paramref name="onFailure"/> learns of what a handler threw that is no
    /// <see cref="LintelException"/>, and of malformed frames.
    /// </summary>
    public RequestChannel(
        INetwork network,
        TimeProvider time,
        SynchronizationContext context,
        ulong incarnation,
        Action<Exception> onFailure,
        RequestLimits? limits = null)
    {
        (_network, _time, _context, _incarnation, _onFailure) = (network, time, context, incarnation, onFailure);
        _limits = limits ?? RequestLimits.Default;
        network.Receive(OnFrame);
        network.WhenLost(OnLost);
    }

    /// <summary>Calls that wait for their answer.</summary>
    public int Outstanding => _outstanding.Count;

    /// <summary>Requests in progress here.</summary>
    public int Serving => _serving;

    /// <summary>Answers dropped because nobody waits for them: late, duplicated, or for a previous life.</summary>
    public long LateReplies { get; private set; }

    /// <summary>One-way messages dropped because no handler is registered for their service.</summary>
    public long UnservedMessages { get; private set; }

    /// <summary>Asks <paramref name="service"/> of node <paramref name="to"/> on the control lane.</summary>
    public ValueTask<ReadOnlyMemory<byte>> CallAsync(
        NodeId to, byte service, ReadOnlyMemory<byte> payload, TimeSpan timeout, CancellationToken cancellation = default) =>
        CallAsync(to, service, payload, timeout, NetworkLane.Control, cancellation);

    /// <summary>Asks <paramref name="service"/> of node <paramref name="to"/>; question and answer use <paramref name="lane"/>.</summary>
    public ValueTask<ReadOnlyMemory<byte>> CallAsync(
        NodeId to,
        byte service,
        ReadOnlyMemory<byte> payload,
        TimeSpan timeout,
        NetworkLane lane,
        CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<ReadOnlyMemory<byte>>(cancellation);
        if (Refusal() is { } refusal) return ValueTask.FromException<ReadOnlyMemory<byte>>(refusal.ToException());

        ulong id = ++_lastId;
        var request = new RequestFrame.Request(service, lane, _incarnation, id, payload);
        if (to != _network.Self && !_network.TrySend(to, lane, request.Encode()))
            return ValueTask.FromException<ReadOnlyMemory<byte>>(Unsent(to).ToException());

        var call = new OutstandingCall(to, service, lane, timeout);
        _outstanding.Add(id, call);
        if (to == _network.Self) _context.Post(_ => OnRequest(to, request), null);
        if (timeout != Timeout.InfiniteTimeSpan)
            call.Timer = _time.CreateTimer(_ => _context.Post(_ => Expire(id), null), null, timeout, Timeout.InfiniteTimeSpan);
        if (cancellation.CanBeCanceled)
            call.Registration = cancellation.UnsafeRegister(_ => _context.Post(_ => Cancel(id, cancellation), null), null);
        return new ValueTask<ReadOnlyMemory<byte>>(call.Answer.Task);
    }

    /// <summary>Sends a one-way message. Whether it arrives is not known; false when it certainly will not.</summary>
    public bool Send(NodeId to, byte service, ReadOnlyMemory<byte> payload, NetworkLane lane = NetworkLane.Control)
    {
        if (_closed) return false;
        var message = new RequestFrame.Message(service, payload);
        if (to != _network.Self) return _network.TrySend(to, lane, message.Encode());
        _context.Post(_ => TakeMessage(to, message), null);
        return true;
    }

    /// <summary>Registers who answers requests for <paramref name="service"/>. Once per service.</summary>
    public void Serve(byte service, Func<NodeId, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> handler)
    {
        if (_services[service] is not null) throw new InvalidOperationException($"service {service} is taken");
        _services[service] = handler;
    }

    /// <summary>Registers who takes one-way messages for <paramref name="service"/>. Once per service.</summary>
    public void OnMessage(byte service, Action<NodeId, ReadOnlyMemory<byte>> handler)
    {
        if (_messages[service] is not null) throw new InvalidOperationException($"messages for service {service} are taken");
        _messages[service] = handler;
    }

    /// <summary>Closes the channel: outstanding calls end as Unavailable, in the order in which they were made.</summary>
    public void Dispose()
    {
        _closed = true;
        foreach (OutstandingCall call in _outstanding.Values)
            call.Fail(new LintelError(ErrorCode.Unavailable, "the call was given up", "this node is shutting down"));
        _outstanding.Clear();
    }

    private LintelError? Refusal()
    {
        if (_closed) return new LintelError(ErrorCode.Unavailable, "the call was not made", "this node is shutting down");
        if (_outstanding.Count < _limits.OutstandingMax) return null;
        return new LintelError(
            ErrorCode.Busy,
            "too many calls to other nodes are outstanding",
            $"{_outstanding.Count} of {_limits.OutstandingMax} are waiting for an answer",
            "try again after a pause");
    }

    private static LintelError Unsent(NodeId to) => new(
        ErrorCode.Unavailable, $"node {to} cannot be reached", "its address is unknown or its send queue is full", "try again after a pause");

    private void OnFrame(NodeId from, ReadOnlyMemory<byte> frame)
    {
        if (_closed) return;
        RequestFrame decoded;
        try
        {
            decoded = RequestFrame.Decode(frame);
        }
        catch (LintelException malformed)
        {
            _onFailure(malformed);
            return;
        }

        switch (decoded)
        {
            case RequestFrame.Request request: OnRequest(from, request); break;
            case RequestFrame.Message message: TakeMessage(from, message); break;
            case RequestFrame.Reply reply: Claim(from, reply.Incarnation, reply.Id)?.Succeed(reply.Payload); break;
            case RequestFrame.Failure failure: Claim(from, failure.Incarnation, failure.Id)?.Fail(failure.Error); break;
        }
    }

    private void OnLost(NodeId peer, NetworkLane lane)
    {
        ulong[] lost = [.. _outstanding.Where(call => call.Value.To == peer && call.Value.Lane == lane).Select(call => call.Key)];
        foreach (ulong id in lost)
        {
            if (_outstanding.Remove(id, out OutstandingCall? call)) call.Fail(call.Lost());
        }
    }

    private void TakeMessage(NodeId from, RequestFrame.Message message)
    {
        if (_closed) return;
        if (_messages[message.Service] is not { } handler)
        {
            UnservedMessages++;
            return;
        }

        try
        {
            handler(from, message.Payload);
        }
        catch (Exception failure)
        {
            // The other frames of the batch must not suffer; the host decides what a failed handler means.
            _onFailure(failure);
        }
    }

    private void OnRequest(NodeId from, RequestFrame.Request request)
    {
        if (_closed) return;
        if (_services[request.Service] is not { } handler)
        {
            Answer(from, request, new LintelError(
                ErrorCode.Unavailable, $"node {_network.Self} does not serve {request.Service}", "it is starting, or of another version"));
        }
        else if (_serving >= _limits.ServingMax)
        {
            Answer(from, request, new LintelError(
                ErrorCode.Busy, $"node {_network.Self} is busy", $"it serves {_serving} requests already", "try again after a pause"));
        }
        else
        {
            _ = RunAsync(handler, from, request);
        }
    }

    private async Task RunAsync(
        Func<NodeId, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> handler, NodeId from, RequestFrame.Request request)
    {
        _serving++;
        try
        {
            ReadOnlyMemory<byte> payload = await handler(from, request.Payload);
            var reply = new RequestFrame.Reply(request.Incarnation, request.Id, payload);
            if (from == _network.Self) Claim(from, reply.Incarnation, reply.Id)?.Succeed(payload);
            else SendAnswer(from, request.Lane, reply);
        }
        catch (LintelException failure)
        {
            Answer(from, request, failure.Error);
        }
        catch (OperationCanceledException)
        {
            Answer(from, request, new LintelError(ErrorCode.Cancelled, $"node {_network.Self} gave the request up"));
        }
        catch (Exception failure)
        {
            Answer(from, request, new LintelError(ErrorCode.Internal, $"node {_network.Self} failed to serve the request", failure.Message));
            _onFailure(failure);
        }
        finally
        {
            _serving--;
        }
    }

    private void Answer(NodeId to, RequestFrame.Request request, LintelError error)
    {
        if (to == _network.Self) Claim(to, request.Incarnation, request.Id)?.Fail(error);
        else SendAnswer(to, request.Lane, new RequestFrame.Failure(request.Incarnation, request.Id, error));
    }

    // An answer that cannot be handed over is lost like any frame: the caller's timeout ends the call.
    private void SendAnswer(NodeId to, NetworkLane lane, RequestFrame answer)
    {
        if (!_closed) _network.TrySend(to, lane, answer.Encode());
    }

    private OutstandingCall? Claim(NodeId from, ulong incarnation, ulong id)
    {
        if (incarnation == _incarnation && _outstanding.TryGetValue(id, out OutstandingCall? call) && call.To == from)
        {
            _outstanding.Remove(id);
            return call;
        }

        LateReplies++;
        return null;
    }

    private void Expire(ulong id)
    {
        if (_outstanding.Remove(id, out OutstandingCall? call)) call.Fail(call.TimedOut());
    }

    private void Cancel(ulong id, CancellationToken cancellation)
    {
        if (_outstanding.Remove(id, out OutstandingCall? call)) call.Cancel(cancellation);
    }
}
