using Lintel.Environment.Network;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Splits.Host;
using Lintel.Sql.Catalog.Leases;
using Lintel.Storage.Nodes;
using Lintel.Transactions.Api;

namespace Lintel.Node.Hosting;

/// <summary>
/// The other nodes that run SQL, as a schema change asks them to give up their leases, and this node as it is asked.
/// Who they are is read from the cluster's rows after the change was marked: a node that is recorded later serves SQL
/// later still, and so sees the mark.
/// </summary>
internal sealed class SchemaPeers : ISchemaPeers
{
    /// <summary>A node that takes longer has its leases waited out.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(800);

    private readonly StoreRuntime _runtime;
    private readonly ITransactionSource _transactions;
    private SchemaLeases? _own;

    private SchemaPeers(StoreRuntime runtime, ITransactionSource transactions)
    {
        (_runtime, _transactions) = (runtime, transactions);
    }

    /// <summary>
    /// Registers the service, once in the life of a store. Until <see cref="Answer"/> is called this node holds no lease,
    /// and says so.
    /// </summary>
    public static async Task<SchemaPeers> ServeAsync(StoreRuntime runtime, ITransactionSource transactions)
    {
        var peers = new SchemaPeers(runtime, transactions);
        await runtime.Context.CallAsync(() =>
        {
            runtime.Store.Channel.Serve(NodeService.SchemaLease, peers.OnAskedAsync);
            return true;
        });
        return peers;
    }

    /// <summary>From now on asks these leases.</summary>
    public void Answer(SchemaLeases own) => Volatile.Write(ref _own, own);

    /// <inheritdoc/>
    public async ValueTask<bool> GiveUpAsync(uint database, Timestamp marked, CancellationToken cancellation)
    {
        await using ISnapshotReader snapshot = await _transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        IReadOnlyList<NodeRecord> nodes = await NodeRecord.Table.ListAsync(snapshot, cancellation);
        Task<bool>[] answers =
        [
            .. nodes.Where(n => n.SqlAddress.Length > 0 && n.Id != _runtime.Environment.Network.Self)
                .Select(n => AskAsync(n.Id, database, marked, cancellation)),
        ];
        return (await Task.WhenAll(answers)).All(static gaveUp => gaveUp);
    }

    private RequestChannel Channel => _runtime.Store.Channel;

    private async Task<bool> AskAsync(NodeId node, uint database, Timestamp marked, CancellationToken cancellation)
    {
        var question = new WireWriter();
        question.Varint(database);
        question.SignedVarint(marked.Nanoseconds);
        byte[] bytes = question.ToArray();
        try
        {
            await _runtime.Context.CallAsync(async () => await Channel.CallAsync(
                node, NodeService.SchemaLease, bytes, AnswerWithin, cancellation));
            return true;
        }
        catch (LintelException)
        {
            // Not reached, or not in time: its leases run out by themselves, and the change waits for that.
            return false;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> OnAskedAsync(NodeId from, ReadOnlyMemory<byte> question)
    {
        var reader = new WireReader(question);
        var database = (uint)reader.Varint();
        var marked = new Timestamp(reader.SignedVarint());
        reader.End();
        if (Volatile.Read(ref _own) is { } own) await own.GiveUpAsync(database, marked, default);
        return default;
    }
}
