using Lintel.Environment.Network;
using Lintel.Intent.Plan;
using Lintel.Node.Hosting;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Splits.Host;
using Lintel.Storage.Nodes;

namespace Lintel.Node.Control;

/// <summary>What the nodes say of their storage when they are asked: the observations that placement needs.</summary>
internal sealed class NodeObservations
{
    /// <summary>The service byte under which nodes ask each other.</summary>
    private const byte Service = 240;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly SynchronizationContext _context;
    private readonly RequestChannel _channel;
    private readonly Func<CancellationToken, Task<IReadOnlyList<NodeRecord>>> _nodes;

    private NodeObservations(SynchronizationContext context, RequestChannel channel, Func<CancellationToken, Task<IReadOnlyList<NodeRecord>>> nodes) =>
        (_context, _channel, _nodes) = (context, channel, nodes);

    /// <summary>Begins to answer other nodes, and can be asked.</summary>
    public static async Task<NodeObservations> StartAsync(StoreRuntime runtime, string dataDirectory, Func<CancellationToken, Task<IReadOnlyList<NodeRecord>>> nodes)
    {
        SplitStore store = runtime.Store;
        await runtime.Context.CallAsync(() =>
        {
            store.Channel.Serve(Service, (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(Encode(OwnOf(store, dataDirectory))));
            return true;
        });
        return new NodeObservations(runtime.Context, store.Channel, nodes);
    }

    /// <summary>Asks all nodes at once; one that does not answer in time is offline.</summary>
    public async Task<IReadOnlyDictionary<string, PoolObservation>> ObserveAsync(CancellationToken cancellation)
    {
        IReadOnlyList<NodeRecord> nodes = await _nodes(cancellation);
        PoolObservation[] seen = await Task.WhenAll(nodes.Select(node => _context.CallAsync(() => AskAsync(node, cancellation))));
        return nodes.Zip(seen).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
    }

    private async Task<PoolObservation> AskAsync(NodeRecord node, CancellationToken cancellation)
    {
        try
        {
            return Decode(await _channel.CallAsync(node.Id, Service, ReadOnlyMemory<byte>.Empty, Patience, cancellation));
        }
        catch (LintelException silent) when (silent.Error.Code is ErrorCode.Timeout or ErrorCode.Unavailable or ErrorCode.Busy)
        {
            return PoolObservation.Unseen;
        }
    }

    private static PoolObservation OwnOf(SplitStore store, string dataDirectory)
    {
        var drive = new DriveInfo(Path.GetFullPath(dataDirectory));
        return new PoolObservation(IsOnline: store.Failure is null, drive.TotalSize, drive.AvailableFreeSpace, store.Replicas.Count);
    }

    private static byte[] Encode(PoolObservation own)
    {
        var writer = new WireWriter(32);
        writer.Bool(own.IsOnline);
        writer.Varint((ulong)own.CapacityBytes);
        writer.Varint((ulong)own.FreeBytes);
        writer.Varint((ulong)own.ReplicaCount);
        return writer.ToArray();
    }

    private static PoolObservation Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var observation = new PoolObservation(reader.Bool(), (long)reader.Varint(), (long)reader.Varint(), (int)reader.Varint());
        reader.End();
        return observation;
    }
}
