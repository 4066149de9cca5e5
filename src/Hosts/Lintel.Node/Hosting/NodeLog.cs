using System.Net;
using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Microsoft.Extensions.Logging;

namespace Lintel.Node.Hosting;

/// <summary>The log lines of a node's host.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "node {Name} is {Node} of cluster {Cluster}, store {Store}")]
    public static partial void Identified(ILogger log, string name, NodeId node, ClusterId cluster, Guid store);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Information, Message = "node {Node} has opened its store: {Replicas} replicas")]
    public static partial void StoreOpened(ILogger log, NodeId node, int replicas);

    [LoggerMessage(EventId = 7003, Level = LogLevel.Information, Message = "node {Node} is recorded in the cluster and serves")]
    public static partial void Serving(ILogger log, NodeId node);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Warning, Message = "node {Node} cannot reach the cluster's records yet: {Reason}")]
    public static partial void NotRecordedYet(ILogger log, NodeId node, LintelError reason);

    [LoggerMessage(EventId = 7005, Level = LogLevel.Information, Message = "node {Name} asks to join at {Address}")]
    public static partial void Joining(ILogger log, string name, NodeAddress address);

    [LoggerMessage(EventId = 7006, Level = LogLevel.Warning, Message = "node {Name} was not admitted at {Address}: {Reason}")]
    public static partial void NotAdmitted(ILogger log, string name, NodeAddress address, string reason);

    [LoggerMessage(EventId = 7007, Level = LogLevel.Information, Message = "node {Name} was admitted as {Node}")]
    public static partial void Admitted(ILogger log, string name, NodeId node);

    [LoggerMessage(EventId = 7008, Level = LogLevel.Critical, Message = "node {Node} has failed and stops serving")]
    public static partial void Failed(ILogger log, NodeId node, Exception failure);

    [LoggerMessage(EventId = 7009, Level = LogLevel.Error, Message = "node {Node}: a request or message failed")]
    public static partial void WorkFailed(ILogger log, NodeId node, Exception failure);

    [LoggerMessage(EventId = 7010, Level = LogLevel.Information, Message = "node {Node} has stopped")]
    public static partial void Stopped(ILogger log, NodeId node);

    [LoggerMessage(EventId = 7011, Level = LogLevel.Information, Message = "node {Node}: SQL is served at {Address}")]
    public static partial void SqlServed(ILogger log, NodeId node, IPEndPoint address);

    [LoggerMessage(EventId = 7012, Level = LogLevel.Information, Message = "node {Name} is being drained: {Split} moves to {Target}")]
    public static partial void ReplicaMoves(ILogger log, string name, SplitId split, NodeId target);

    [LoggerMessage(EventId = 7013, Level = LogLevel.Error, Message = "node {Node} cleans abandoned storage no more until it is started again")]
    public static partial void CleaningEnded(ILogger log, NodeId node, Exception failure);
}
