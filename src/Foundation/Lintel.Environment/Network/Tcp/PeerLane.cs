using System.Threading.Channels;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Microsoft.Extensions.Logging;

namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// One lane to one node: the bounded queue of what waits to be sent, and the one connection that sends it.
///
/// Either side may connect, whichever has something to send first; both do at times. Then both keep the connection that
/// the node of the lower id made and retire the other, unless the peer is in another life than before: what belongs to
/// an earlier life is dead. A lane without a connection connects when something is queued, and goes on trying, with
/// pauses that grow, for as long as somebody keeps sending. While a try has failed, sends are refused at once, and after
/// QueueLife what was queued before is dropped: a caller learns early, and a node that returns is not met with what was
/// meant for it long ago.
/// </summary>
internal sealed class PeerLane
{
    private readonly TcpNetworkOptions _options;
    private readonly AddressBook _book;
    private readonly NetworkDialer _dialer;
    private readonly FrameInbox _inbox;
    private readonly BackgroundLoops _loops;
    private readonly NetworkCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Prng _jitter;
    private readonly Channel<ReadOnlyMemory<byte>> _queue;
    private readonly CancellationToken _stopping;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private NodeConnection? _current;
    private CancellationTokenSource? _pause;
    private bool _isDialing;
    private long _queuedBytes;
    private volatile bool _isUnreachable;
    private volatile bool _isWanted;

    // The failure is in the log; it is said once, until the node is reached again.
    private volatile bool _isReported;

    internal PeerLane(
        NodeId peer,
        NetworkLane lane,
        TcpNetworkOptions options,
        AddressBook book,
        NetworkDialer dialer,
        FrameInbox inbox,
        BackgroundLoops loops,
        NetworkCounters counters,
        TimeProvider time,
        ILogger log,
        CancellationToken stopping)
    {
        (Peer, Lane, _options, _book, _dialer, _inbox, _loops) = (peer, lane, options, book, dialer, inbox, loops);
        (_counters, _time, _log, _stopping) = (counters, time, log, stopping);
        _jitter = Prng.ForPurpose(options.Incarnation ^ (peer.Value << 1) ^ (ulong)lane, "reconnect");
        _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(options.QueuedFramesMax);
    }

    internal NodeId Peer { get; }

    internal NetworkLane Lane { get; }

    internal bool IsConnected
    {
        get
        {
            lock (_gate) return _current is not null;
        }
    }

    internal bool TrySend(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length > _options.FrameLengthMax)
        {
            NetworkLog.FrameTooLong(_log, _options.Self, Peer, frame.Length, _options.FrameLengthMax);
            return Drop();
        }

        _isWanted = true;
        if (_isUnreachable) return Drop();
        if (Interlocked.Add(ref _queuedBytes, frame.Length) > _options.QueuedBytesMax || !_queue.Writer.TryWrite(frame))
        {
            Interlocked.Add(ref _queuedBytes, -frame.Length);
            return Drop();
        }

        EnsureConnection();
        return true;
    }

    internal bool TryTake(out ReadOnlyMemory<byte> frame)
    {
        if (!_queue.Reader.TryRead(out frame)) return false;
        Interlocked.Add(ref _queuedBytes, -frame.Length);
        return true;
    }

    internal ValueTask<bool> WaitAsync(CancellationToken cancellation) => _queue.Reader.WaitToReadAsync(cancellation);

    /// <summary>Takes a new connection as this lane's, or retires it if the present one is the better.</summary>
    internal void Adopt(NodeConnection connection)
    {
        NodeConnection? dead = null;
        lock (_gate)
        {
            bool isPreferred = connection.IsDialedHere == (_options.Self.CompareTo(Peer) < 0);
            if (_current is null)
            {
                _current = connection;
            }
            else if (connection.PeerIncarnation != _current.PeerIncarnation || connection.IsDialedHere == _current.IsDialedHere)
            {
                (dead, _current) = (_current, connection);
            }
            else if (isPreferred)
            {
                _current.Retire();
                _current = connection;
            }
            else
            {
                connection.Retire();
            }

            _isUnreachable = false;
            _pause?.Cancel();
        }

        dead?.Abort("the peer connected anew");
        _counters.Connected();
        _isReported = false;
        NetworkLog.Connected(_log, _options.Self, Peer, Lane, connection.IsDialedHere ? "connected from here" : "connected from there");
    }

    /// <summary>The connection has ended.</summary>
    internal void OnClosed(NodeConnection connection)
    {
        lock (_gate)
        {
            if (_current == connection) _current = null;
        }

        if (!connection.IsRetired) _inbox.Lose(Peer, Lane);

        if (_queue.Reader.Count > 0) EnsureConnection();
        NetworkLog.Closed(_log, _options.Self, Peer, Lane, connection.Ending);
    }

    internal void OnBrokenFrames(LintelError error) => NetworkLog.BrokenFrames(_log, _options.Self, Peer, Lane, error);

    /// <summary>The node's address changed: the next try need not wait, and a connection that was made to the old one ends.</summary>
    internal void OnAddressChanged()
    {
        NodeConnection? old;
        lock (_gate)
        {
            _pause?.Cancel();
            old = _current is { IsDialedHere: true } ? _current : null;
        }

        old?.Abort("the node's address changed");
    }

    private bool Drop()
    {
        _counters.Dropped(1);
        return false;
    }

    private void EnsureConnection()
    {
        lock (_gate)
        {
            if (_current is not null || _isDialing || _stopping.IsCancellationRequested) return;
            _isDialing = true;
        }

        _loops.Start(DialAsync);
    }

    private async Task DialAsync()
    {
        TimeSpan pause = _options.ReconnectPauseMin;
        long began = _time.GetTimestamp();
        while (true)
        {
            _isWanted = false;
            LintelError? failure = await TryDialAsync();
            if (failure is null || !BecomeUnreachable()) break;
            if (_time.GetElapsedTime(began) >= _options.QueueLife) DropQueue();
            await PauseAsync(pause + _jitter.Between(TimeSpan.Zero, pause / 2));
            pause = pause * 2 < _options.ReconnectPauseMax ? pause * 2 : _options.ReconnectPauseMax;
            if ((!_isWanted && _queue.Reader.Count == 0) || _stopping.IsCancellationRequested) break;
        }

        lock (_gate)
        {
            _isDialing = false;
            _isUnreachable = false;
        }

        if (_queue.Reader.Count > 0) EnsureConnection();
    }

    // Null when the lane has a connection now.
    private async Task<LintelError?> TryDialAsync()
    {
        if (IsConnected || _stopping.IsCancellationRequested) return null;
        string address = "an unknown address";
        try
        {
            if (!_book.TryFind(Peer, out NodeAddress known)) throw new LintelException(ErrorCode.NotFound, "its address is unknown");
            address = known.ToString();
            await _dialer.DialAsync(this, known, _stopping);
            return null;
        }
        catch (LintelException failed)
        {
            _counters.ConnectFailed();
            if (!_isReported) NetworkLog.CannotConnect(_log, _options.Self, Peer, Lane, address, failed.Error);
            _isReported = true;
            return IsConnected ? null : failed.Error;
        }
    }

    // False when the peer has connected meanwhile.
    private bool BecomeUnreachable()
    {
        lock (_gate)
        {
            if (_current is not null) return false;
            _isUnreachable = true;
            return true;
        }
    }

    private void DropQueue()
    {
        long dropped = 0;
        while (TryTake(out _)) dropped++;
        if (dropped == 0) return;
        _counters.Dropped(dropped);
        _inbox.Lose(Peer, Lane);
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        lock (_gate)
        {
            if (_current is not null) return;
            _pause = wake;
        }

        try
        {
            await Task.Delay(pause, _time, wake.Token);
        }
        catch (OperationCanceledException)
        {
            // Woken early: the address changed, the peer connected, or the network stops.
        }
        finally
        {
            lock (_gate) _pause = null;
        }
    }
}
