using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network;

/// <summary>
/// The network door: frames between nodes. A frame arrives whole, unchanged and from the node it says, or not at all;
/// it may be lost, delayed, duplicated or overtaken. Frames of one lane to one node usually keep their order; nothing
/// may rely on it.
/// </summary>
public interface INetwork
{
    /// <summary>The node on this end.</summary>
    NodeId Self { get; }

    /// <summary>
    /// Hands a frame over for sending and returns at once. False when the lane's bounded queue is full, the node's
    /// address is unknown or it is known to be out of reach now: the frame was dropped. The frame's bytes belong to the network from here on.
    /// </summary>
    bool TrySend(NodeId to, NetworkLane lane, ReadOnlyMemory<byte> frame);

    /// <summary>Sets who receives frames. Called once, before the first frame; it runs on the store's context.</summary>
    void Receive(Action<NodeId, ReadOnlyMemory<byte>> onFrame);

    /// <summary>
    /// Sets who learns that frames of a lane to or from a node may have been lost: a connection broke, or what was queued
    /// was given up. A hint, so that a caller need not wait out its timeout: a network that cannot tell never calls it.
    /// Called once; it runs on the store's context.
    /// </summary>
    void WhenLost(Action<NodeId, NetworkLane> onLost)
    {
    }
}
