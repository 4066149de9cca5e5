using Lintel.Environment.Network;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Messages;
using Lintel.Splits.Host;
using Lintel.Splits.Replica;
using ZstdSharp;

namespace Lintel.Splits.Snapshots;

/// <summary>
/// Streams RaftSnapshots to followers that are too far behind, or new. A transfer that fails is reported to the peer,
/// which offers another one later; nothing of a failed transfer has any effect at the receiver.
/// </summary>
public sealed class SnapshotSender(StoreServices services, RequestChannel channel)
{
    private const int CompressionLevel = 1;
    private static readonly TimeSpan ChunkTimeout = TimeSpan.FromSeconds(5);

    // The answer to the end comes after everything is written and flushed.
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(60);
    private readonly SortedSet<(SplitId Split, NodeId To)> _running = [];
    private ulong _transfers;

    /// <summary>Transfers under way.</summary>
    public int Running => _running.Count;

    /// <summary>Begins a transfer for a snapshot message of a leader.</summary>
    public void Begin(SplitReplica replica, RaftMessage message)
    {
        if (_running.Count >= services.Limits.SnapshotsMax || !_running.Add((replica.Split, message.To)))
        {
            services.Start(async () =>
            {
                await Task.Delay(services.Limits.TickInterval, services.Environment.Time);
                replica.Peer.ReportSnapshotFailed(message.To);
            });
            return;
        }

        services.Start(() => SendAsync(replica, message));
    }

    private async Task SendAsync(SplitReplica replica, RaftMessage message)
    {
        bool installed = false;
        try
        {
            // The offer leaves in the middle of a flush; what is read for it is read between two.
            await Task.Yield();
            installed = await TrySendAsync(replica, message);
        }
        catch (LintelException failure) when (failure.Error.Code is not ErrorCode.Internal)
        {
            // Reported to the peer below; the next offer is a fresh transfer.
        }
        finally
        {
            _running.Remove((replica.Split, message.To));
            if (installed) replica.Peer.ReportSnapshotSent(message.To);
            else replica.Peer.ReportSnapshotFailed(message.To);
            services.MarkDirty(replica);
        }
    }

    private async Task<bool> TrySendAsync(SplitReplica replica, RaftMessage message)
    {
        // The state and the view are of the same instant: nothing is applied between these two lines.
        SplitState state = replica.Machine.State;
        using var rows = new SnapshotRows(services.Store.View(), state);
        using var compressor = new Compressor(CompressionLevel);
        ulong transfer = ++_transfers;
        ulong checksum = 0;
        int chunks = 0;
        if (!await AskAsync(message.To, new SnapshotPart.Opening(replica.Split, transfer, message, state))) return false;
        while (!rows.IsDone)
        {
            ReadOnlyMemory<byte> raw = rows.Next(services.Limits.SnapshotChunkBytes);
            checksum = SnapshotPart.Roll(checksum, raw.Span);
            byte[] packed = compressor.Wrap(raw.Span).ToArray();
            var chunk = new SnapshotPart.Chunk(replica.Split, transfer, chunks++, raw.Length, packed);
            if (!await AskAsync(message.To, chunk)) return false;
            if (replica.Machine.IsRetired) return false;
        }

        return await AskAsync(message.To, new SnapshotPart.End(replica.Split, transfer, chunks, checksum));
    }

    private async Task<bool> AskAsync(NodeId to, SnapshotPart part)
    {
        TimeSpan timeout = part is SnapshotPart.End ? EndTimeout : ChunkTimeout;
        try
        {
            ReadOnlyMemory<byte> answer = await channel.CallAsync(
                to, NodeService.Snapshot, part.Encode(), timeout, NetworkLane.Bulk, services.Liveness.Silence(to));
            return answer.Length == 1 && answer.Span[0] == 1;
        }
        catch (OperationCanceledException)
        {
            // It fell silent, or began a new life that knows nothing of this transfer.
            return false;
        }
    }
}
