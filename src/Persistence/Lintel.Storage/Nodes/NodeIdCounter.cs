using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Storage.Tables;
using Lintel.Transactions.Api;

namespace Lintel.Storage.Nodes;

/// <summary>The next node id to be given out, as a row of the system database: ids are never reused.</summary>
/// <param name="Next">The id after the last one given out.</param>
public sealed record NodeIdCounter(NodeId Next)
{
    private const string OnlyRow = "next";

    private static SystemTable<NodeIdCounter> Table { get; } = new(
        SystemTableIds.NodeIdCounters, "node id counter", static _ => OnlyRow,
        static (writer, record) => writer.Varint(record.Next.Value),
        static (ref WireReader reader) => new NodeIdCounter(new NodeId(reader.Varint())));

    /// <summary>Takes the next id, in the caller's transaction.</summary>
    public static async ValueTask<NodeId> TakeAsync(ITransaction transaction, CancellationToken cancellation)
    {
        NodeIdCounter counter = await Table.GetAsync(transaction, OnlyRow, LockStrength.Exclusive, cancellation);
        await Table.PutAsync(transaction, new NodeIdCounter(new NodeId(counter.Next.Value + 1)), cancellation);
        return counter.Next;
    }

    /// <summary>Makes sure that the counter exists and lies behind <paramref name="used"/>.</summary>
    public static async ValueTask ReserveAsync(ITransaction transaction, NodeId used, CancellationToken cancellation)
    {
        NodeIdCounter? counter = await Table.FindAsync(transaction, OnlyRow, LockStrength.Exclusive, cancellation);
        if (counter is not null && counter.Next.Value > used.Value) return;
        await Table.PutAsync(transaction, new NodeIdCounter(new NodeId(used.Value + 1)), cancellation);
    }
}
