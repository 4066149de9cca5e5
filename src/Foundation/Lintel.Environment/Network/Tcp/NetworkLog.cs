using System.Net;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Microsoft.Extensions.Logging;

namespace Lintel.Environment.Network.Tcp;

/// <summary>What the network writes to the log.</summary>
internal static partial class NetworkLog
{
    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "{Self} listens for other nodes at {Address}")]
    internal static partial void Listening(ILogger log, NodeId self, EndPoint address);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Information, Message = "{Self} is connected with {Peer} ({Lane}), {Direction}")]
    internal static partial void Connected(ILogger log, NodeId self, NodeId peer, NetworkLane lane, string direction);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Information, Message = "{Self}: the connection with {Peer} ({Lane}) is closed: {Why}")]
    internal static partial void Closed(ILogger log, NodeId self, NodeId peer, NetworkLane lane, string why);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Warning, Message = "{Self} cannot connect to {Peer} ({Lane}) at {Address}: {Why}; it keeps trying while there is something to send")]
    internal static partial void CannotConnect(ILogger log, NodeId self, NodeId peer, NetworkLane lane, string address, LintelError why);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Warning, Message = "{Self} refused a connection from {Remote}: {Error}")]
    internal static partial void Refused(ILogger log, NodeId self, EndPoint? remote, LintelError error);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Warning, Message = "{Self} closes the connection with {Peer} ({Lane}): {Error}")]
    internal static partial void BrokenFrames(ILogger log, NodeId self, NodeId peer, NetworkLane lane, LintelError error);

    [LoggerMessage(EventId = 1107, Level = LogLevel.Error, Message = "{Self} dropped a frame of {Length} bytes to {Peer}: longer than the {LengthMax} bytes allowed")]
    internal static partial void FrameTooLong(ILogger log, NodeId self, NodeId peer, int length, int lengthMax);

    [LoggerMessage(EventId = 1108, Level = LogLevel.Error, Message = "{Self}: a loop of the network failed")]
    internal static partial void LoopFailed(ILogger log, NodeId self, Exception failure);
}
