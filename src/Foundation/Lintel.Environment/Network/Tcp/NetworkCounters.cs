using System.Diagnostics.Metrics;
using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network.Tcp;

/// <summary>What a <see cref="TcpNetwork"/> has done since it started; also the meter <c>Lintel.Network</c>.</summary>
public sealed class NetworkCounters : IDisposable
{
    private readonly Meter _meter = new("Lintel.Network");
    private long _framesSent;
    private long _framesReceived;
    private long _bytesSent;
    private long _bytesReceived;
    private long _framesDropped;
    private long _connects;
    private long _connectFailures;
    private long _refusals;
    private long _writes;

    internal NetworkCounters(NodeId self)
    {
        var node = new KeyValuePair<string, object?>("node", self.ToString());
        Observe("lintel.network.frames.sent", () => FramesSent);
        Observe("lintel.network.frames.received", () => FramesReceived);
        Observe("lintel.network.bytes.sent", () => BytesSent);
        Observe("lintel.network.bytes.received", () => BytesReceived);
        Observe("lintel.network.frames.dropped", () => FramesDropped);
        Observe("lintel.network.connects", () => Connects);
        Observe("lintel.network.connect_failures", () => ConnectFailures);
        Observe("lintel.network.refusals", () => Refusals);

        void Observe(string name, Func<long> read) => _meter.CreateObservableCounter(name, () => new Measurement<long>(read(), node));
    }

    /// <summary>Frames handed to a connection.</summary>
    public long FramesSent => Volatile.Read(ref _framesSent);

    /// <summary>Frames that arrived whole.</summary>
    public long FramesReceived => Volatile.Read(ref _framesReceived);

    /// <summary>Bytes of frames sent, headers included.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Bytes of frames received, headers included.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Frames refused to the sender, or given up while a node could not be reached.</summary>
    public long FramesDropped => Volatile.Read(ref _framesDropped);

    /// <summary>Connections made and greeted, in either direction; all but the first of a node and lane are reconnects.</summary>
    public long Connects => Volatile.Read(ref _connects);

    /// <summary>Tries to connect that failed.</summary>
    public long ConnectFailures => Volatile.Read(ref _connectFailures);

    /// <summary>Connections closed because of what came in on them: garbage, another cluster, a lying length.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    /// <summary>Flushes of coalesced frames.</summary>
    public long Writes => Volatile.Read(ref _writes);

    /// <summary>Takes the meter out.</summary>
    public void Dispose() => _meter.Dispose();

    internal void Sent(int frames, long bytes)
    {
        Interlocked.Add(ref _framesSent, frames);
        Interlocked.Add(ref _bytesSent, bytes);
        Interlocked.Increment(ref _writes);
    }

    internal void Received(int frames, long bytes)
    {
        Interlocked.Add(ref _framesReceived, frames);
        Interlocked.Add(ref _bytesReceived, bytes);
    }

    internal void Dropped(long frames) => Interlocked.Add(ref _framesDropped, frames);

    internal void Connected() => Interlocked.Increment(ref _connects);

    internal void ConnectFailed() => Interlocked.Increment(ref _connectFailures);

    internal void Refused() => Interlocked.Increment(ref _refusals);
}
