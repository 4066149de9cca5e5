using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// Brings received frames to the store's context: one post for all the frames that one read brought. A connection
/// delivers the next batch only when the one before has been taken, so a busy store slows its peers down instead of
/// collecting their frames.
/// </summary>
internal sealed class FrameInbox(SynchronizationContext context)
{
    private Action<NodeId, ReadOnlyMemory<byte>>? _onFrame;
    private Action<NodeId, NetworkLane>? _onLost;

    internal void Receive(Action<NodeId, ReadOnlyMemory<byte>> onFrame)
    {
        if (Interlocked.CompareExchange(ref _onFrame, onFrame, null) is not null)
            throw new InvalidOperationException("the receiver is set once");
    }

    internal void WhenLost(Action<NodeId, NetworkLane> onLost)
    {
        if (Interlocked.CompareExchange(ref _onLost, onLost, null) is not null)
            throw new InvalidOperationException("who learns of losses is set once");
    }

    /// <summary>Posts that frames may have been lost. It comes behind the frames that arrived before.</summary>
    internal void Lose(NodeId peer, NetworkLane lane) => context.Post(_ => _onLost?.Invoke(peer, lane), null);

    /// <summary>Posts the frames; the task completes when the context has taken them all.</summary>
    internal Task DeliverAsync(NodeId from, IReadOnlyList<byte[]> frames)
    {
        var batch = new Batch(this, from, frames);
        context.Post(static state => ((Batch)state!).Run(), batch);
        return batch.Taken.Task;
    }

    /// <summary>Posts one frame that this node sent to itself.</summary>
    internal void Loop(NodeId self, ReadOnlyMemory<byte> frame) => context.Post(_ => _onFrame?.Invoke(self, frame), null);

    private sealed class Batch(FrameInbox inbox, NodeId from, IReadOnlyList<byte[]> frames)
    {
        internal TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Run()
        {
            try
            {
                for (int i = 0; i < frames.Count; i++) inbox._onFrame?.Invoke(from, frames[i]);
            }
            finally
            {
                Taken.SetResult();
            }
        }
    }
}
