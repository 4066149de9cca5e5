using Lintel.Environment.Network;
using Lintel.Node.Hosting;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Host;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;

namespace Lintel.Node.Status;

/// <summary>What each node says of the replicas on it: one question per node, however many splits there are.</summary>
internal sealed class ReplicaReports
{
    /// <summary>The service byte under which nodes ask each other.</summary>
    private const byte Service = 241;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly SynchronizationContext _context;
    private readonly RequestChannel _channel;

    private ReplicaReports(SynchronizationContext context, RequestChannel channel) => (_context, _channel) = (context, channel);

    /// <summary>Begins to answer other nodes, and can ask.</summary>
    public static async Task<ReplicaReports> StartAsync(StoreRuntime runtime)
    {
        SplitStore store = runtime.Store;
        await runtime.Context.CallAsync(() =>
        {
            store.Channel.Serve(Service, (_, _) => ValueTask.FromResult(Encode(store.Replicas)));
            return true;
        });
        return new ReplicaReports(runtime.Context, store.Channel);
    }

    /// <summary>Asks nodes at once; null for one that does not answer in time.</summary>
    public async Task<IReadOnlyDictionary<NodeId, IReadOnlyList<SplitStatus>?>> AskAsync(
        IReadOnlyList<NodeId> nodes, CancellationToken cancellation)
    {
        IReadOnlyList<SplitStatus>?[] reports =
            await Task.WhenAll(nodes.Select(node => _context.CallAsync(() => AskAsync(node, cancellation))));
        return nodes.Zip(reports).ToDictionary(static pair => pair.First, static pair => pair.Second);
    }

    private async Task<IReadOnlyList<SplitStatus>?> AskAsync(NodeId node, CancellationToken cancellation)
    {
        try
        {
            return Decode(await _channel.CallAsync(node, Service, ReadOnlyMemory<byte>.Empty, Patience, cancellation));
        }
        catch (LintelException silent) when (silent.Error.Code is ErrorCode.Timeout or ErrorCode.Unavailable or ErrorCode.Busy)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Encode(IReadOnlyList<SplitReplica> replicas)
    {
        var writer = new WireWriter();
        writer.Varint((ulong)replicas.Count);
        var one = new WireWriter();
        foreach (SplitReplica replica in replicas)
        {
            one.Clear();
            ReplyCodec.Encode(one, new SplitReply.Status(replica.Status()));
            writer.Bytes(one.Written.Span);
        }

        return writer.Written;
    }

    private static List<SplitStatus> Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        int count = reader.Count();
        var statuses = new List<SplitStatus>(count);
        for (int i = 0; i < count; i++)
        {
            if (ReplyCodec.Decode(reader.Bytes()) is SplitReply.Status status) statuses.Add(status.Of);
            else throw new LintelException(ErrorCode.Corruption, "malformed report of replicas");
        }

        reader.End();
        return statuses;
    }
}
