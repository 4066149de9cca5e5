using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Replica;
using Lintel.Splits.Store;
using ZstdSharp;

namespace Lintel.Splits.Snapshots;

/// <summary>
/// Collects RaftSnapshots that others send. Parts must come in order and from one transfer; anything else is refused,
/// and the sender begins anew. What was collected takes effect only as a whole, after its checksum.
/// </summary>
public sealed class SnapshotReceiver(StoreServices services, Func<SnapshotContents, ValueTask<bool>> install)
{
    private static readonly ReadOnlyMemory<byte> Taken = new byte[] { 1 };
    private static readonly ReadOnlyMemory<byte> Refused = new byte[] { 0 };
    private readonly SortedDictionary<SplitId, Incoming> _incoming = [];

    /// <summary>Takes one part.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> OnPartAsync(NodeId from, ReadOnlyMemory<byte> bytes)
    {
        SnapshotPart part = SnapshotPart.Decode(bytes);
        if (part is SnapshotPart.Opening opening) return Open(from, opening) ? Taken : Refused;
        if (!_incoming.TryGetValue(part.Split, out Incoming? incoming)
            || incoming.From != from || incoming.Opening.Transfer != part.Transfer)
            return Refused;
        incoming.LastPart = services.Environment.Time.GetTimestamp();
        bool taken = part switch
        {
            SnapshotPart.Chunk chunk => incoming.Take(chunk, services.Limits.SnapshotChunkBytes),
            SnapshotPart.End end => incoming.IsComplete(end) && await FinishAsync(incoming),
            _ => false,
        };
        if (!taken || part is SnapshotPart.End) _incoming.Remove(part.Split);
        return taken ? Taken : Refused;
    }

    private bool Open(NodeId from, SnapshotPart.Opening opening)
    {
        DropStale();
        bool known = _incoming.ContainsKey(opening.Split);
        if (!known && _incoming.Count >= services.Limits.SnapshotsMax) return false;
        _incoming[opening.Split] = new Incoming(from, opening) { LastPart = services.Environment.Time.GetTimestamp() };
        return true;
    }

    // A sender that died leaves its transfer behind; it must not keep others out for ever.
    private void DropStale()
    {
        var stale = new List<SplitId>();
        foreach ((SplitId split, Incoming incoming) in _incoming)
        {
            if (services.Environment.Time.GetElapsedTime(incoming.LastPart) > TimeSpan.FromMinutes(1)) stale.Add(split);
        }

        foreach (SplitId split in stale) _incoming.Remove(split);
    }

    private ValueTask<bool> FinishAsync(Incoming incoming) =>
        install(new SnapshotContents(incoming.Opening.Message, incoming.Opening.State, incoming.Rows));

    private sealed class Incoming(NodeId from, SnapshotPart.Opening opening)
    {
        private ulong _checksum;
        private int _chunks;

        public NodeId From { get; } = from;

        public SnapshotPart.Opening Opening { get; } = opening;

        public OrderedBatch Rows { get; } = new();

        public long LastPart { get; set; }

        public bool Take(SnapshotPart.Chunk chunk, int chunkBytes)
        {
            // One row may exceed the chunk size by itself; nothing real comes near this.
            if (chunk.Number != _chunks || chunk.RawLength > chunkBytes + (64 << 20)) return false;
            byte[] raw;
            using var decompressor = new Decompressor();
            try
            {
                raw = decompressor.Unwrap(chunk.Rows.Span, chunk.RawLength).ToArray();
            }
            catch (ZstdException)
            {
                return false;
            }

            if (raw.Length != chunk.RawLength) return false;
            _checksum = SnapshotPart.Roll(_checksum, raw);
            _chunks++;
            var reader = new WireReader(raw);
            while (reader.Remaining > 0) Rows.Put(reader.Bytes(), reader.Bytes());
            return true;
        }

        public bool IsComplete(SnapshotPart.End end) => end.Chunks == _chunks && end.Checksum == _checksum;
    }
}
