using System.Net;
using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network.Tcp;

/// <summary>Who a <see cref="TcpNetwork"/> is, where it listens, and its bounds.</summary>
public sealed record TcpNetworkOptions
{
    /// <summary>The cluster; connections from and to another one are refused.</summary>
    public required ClusterId Cluster { get; init; }

    /// <summary>The node on this end.</summary>
    public required NodeId Self { get; init; }

    /// <summary>Differs from that of every earlier life of this node.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>Where to listen. Default: the loopback interface, any free port.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The longest frame. Longer ones are refused to the sender, and close the connection they come from.</summary>
    public int FrameLengthMax { get; init; } = 16 << 20;

    /// <summary>Frames that wait for one node on one lane: 2,000 splits that each have two messages to it.</summary>
    public int QueuedFramesMax { get; init; } = 4096;

    /// <summary>Bytes that wait for one node on one lane: four of the longest frames.</summary>
    public long QueuedBytesMax { get; init; } = 64 << 20;

    /// <summary>How long a connection may take to be made, and to be greeted.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The pause after the first failed connect; it doubles up to <see cref="ReconnectPauseMax"/>.</summary>
    public TimeSpan ReconnectPauseMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan ReconnectPauseMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long what is queued waits for a node that cannot be reached, from the first failed try: a node that starts a
    /// moment later still gets it.
    /// </summary>
    public TimeSpan QueueLife { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long sent bytes may stay unacknowledged by the peer's system before the connection is given up.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Accepted connections that have not greeted yet; more are closed at once.</summary>
    public int HandshakesMax { get; init; } = 128;
}
