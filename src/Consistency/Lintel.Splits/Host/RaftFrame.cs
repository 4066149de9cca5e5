using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Messages;

namespace Lintel.Splits.Host;

/// <summary>
/// The Raft messages of one flush for one node, in one frame: (split, message) repeated. One frame costs one system
/// call on either side, however many groups took part in the flush.
/// </summary>
public static class RaftFrame
{
    // A frame above this is closed and another begun, so that no frame comes near the limit of the network.
    private const int FrameBytesMax = 4 << 20;

    /// <summary>Takes a frame apart.</summary>
    public static IReadOnlyList<(SplitId Split, RaftMessage Message)> Decode(ReadOnlyMemory<byte> frame)
    {
        var reader = new WireReader(frame);
        var messages = new List<(SplitId, RaftMessage)>();
        while (reader.Remaining > 0) messages.Add((new SplitId(reader.Varint()), RaftMessageCodec.Read(ref reader)));
        return messages;
    }

    /// <summary>Collects messages by destination, in the order they were added.</summary>
    public sealed class Outbox(Action<NodeId, ReadOnlyMemory<byte>> send)
    {
        private readonly SortedDictionary<NodeId, WireWriter> _frames = [];

        /// <summary>Adds a message; a frame that is full leaves at once.</summary>
        public void Add(SplitId split, in RaftMessage message)
        {
            if (!_frames.TryGetValue(message.To, out WireWriter? frame)) _frames.Add(message.To, frame = new WireWriter(1024));
            frame.Varint(split.Value);
            RaftMessageCodec.Write(frame, message);
            if (frame.Length < FrameBytesMax) return;
            _frames.Remove(message.To);
            send(message.To, frame.Written);
        }

        /// <summary>Sends every frame and begins anew.</summary>
        public void Flush()
        {
            foreach ((NodeId to, WireWriter frame) in _frames) send(to, frame.Written);
            _frames.Clear();
        }
    }
}
