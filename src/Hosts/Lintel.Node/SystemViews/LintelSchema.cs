using System.Collections.Immutable;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Keys;
using Lintel.Splits.Routing;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Types;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Nodes;
using Lintel.Storage.Pools;
using Lintel.Storage.Tables;
using Lintel.Transactions.Api;

namespace Lintel.Node.SystemViews;

/// <summary>
/// The schema <c>lintel</c>: nodes, storage pools, resource groups, databases, splits and their replicas, as the records
/// say. What a node observes of itself (leases, lag) is on the HTTP door.
/// </summary>
internal static class LintelSchema
{
    // Below PostgreSQL's first user id, above the ids of its own relations.
    private const uint FirstId = 15_900;

    /// <summary>The relations.</summary>
    public static IReadOnlyList<IVirtualTable> Tables { get; } =
    [
        new RecordView(
            FirstId, "nodes", Columns("name:text node_id:int8 zone:text state:text peer_address:text sql_address:text http_address:text"),
            scope => ListAsync(scope, NodeRecord.Table, node =>
            [
                SqlValue.Of(node.Name), SqlValue.Of((long)node.Id.Value), SqlValue.Of(node.Zone), SqlValue.Of(node.State.ToString()),
                SqlValue.Of(node.PeerAddress), SqlValue.Of(node.SqlAddress), SqlValue.Of(node.HttpAddress),
            ])),
        new RecordView(
            FirstId + 1, "storage_pools", Columns("node:text name:text provider:text capacity_bytes:int8"),
            scope => ListAsync(scope, StoragePoolRecord.Table, pool =>
                [SqlValue.Of(pool.Node), SqlValue.Of(pool.Name), SqlValue.Of(pool.Provider), Optional(pool.CapacityBytes)])),
        new RecordView(
            FirstId + 2, "resource_groups", Columns("name:text replicas:int8 storage_pools:text replicas_on_different:text replicas_on_same:text"),
            scope => ListAsync(scope, ResourceGroupRecord.Table, group =>
            [
                SqlValue.Of(group.Name), SqlValue.Of((long)group.Replicas), Words(group.StoragePools), Words(group.ReplicasOnDifferent),
                Words(group.ReplicasOnSame),
            ])),
        new RecordView(
            FirstId + 3, "databases", Columns("name:text database_id:int8 resource_group:text split_per_table:bool split_bytes_max:int8"),
            scope => ListAsync(scope, DatabasePlacement.Table, database =>
            [
                SqlValue.Of(database.Name), SqlValue.Of((long)database.DatabaseId), SqlValue.Of(database.ResourceGroup),
                SqlValue.Of(database.SplitPerTable), Optional(database.SplitBytesMax),
            ])),
        new RecordView(
            FirstId + 4, "splits", Columns("split_id:int8 generation:int8 start_key:text end_key:text database_id:int8 table_id:int8 replicas:int8"),
            async scope => (await SplitsAsync(scope)).Select(split => new[]
            {
                SqlValue.Of((long)split.Split.Value), SqlValue.Of((long)split.Generation), RecordView.KeyText(split.Span.Start),
                RecordView.KeyText(split.Span.End), IdIn(split.Span.Start, at: 1), IdIn(split.Span.Start, at: 5), SqlValue.Of((long)split.Replicas.Count),
            })),
        new RecordView(
            FirstId + 5, "split_replicas", Columns("split_id:int8 node_id:int8 role:text"),
            async scope => (await SplitsAsync(scope)).SelectMany(split => split.Replicas, (split, replica) => new[]
            {
                SqlValue.Of((long)split.Split.Value), SqlValue.Of((long)replica.Node.Value), SqlValue.Of(replica.Role.ToString()),
            })),
    ];

    private static ImmutableArray<VirtualColumn> Columns(string text) =>
    [
        .. text.Split(' ').Select(column => column.Split(':')).Select(column => new VirtualColumn(column[0], column[1] switch
        {
            "int8" => SqlType.Int8,
            "bool" => SqlType.Bool,
            _ => SqlType.Text,
        })),
    ];

    private static async ValueTask<IEnumerable<SqlValue[]>> ListAsync<TRecord>(
        StatementScope scope, SystemTable<TRecord> table, Func<TRecord, SqlValue[]> row)
        where TRecord : class =>
        (await table.ListAsync(scope.Reader, scope.Cancellation)).Select(row);

    private static async ValueTask<IReadOnlyList<SplitDescriptor>> SplitsAsync(StatementScope scope)
    {
        var splits = new List<SplitDescriptor>();
        KeySpan rest = KeySpace.MetaSpan;
        while (!rest.IsEmpty)
        {
            ScanPage page = await scope.Reader.ScanAsync(rest, default, scope.Cancellation);
            foreach (KeyRow row in page.Rows)
            {
                var reader = new WireReader(row.Value);
                splits.Add(SplitDescriptor.Decode(ref reader));
            }

            rest = page.Rest;
        }

        return splits;
    }

    private static SqlValue Optional(long? number) => number is { } present ? SqlValue.Of(present) : SqlValue.Null;

    private static SqlValue Words(ImmutableArray<string> words) => SqlValue.Of(string.Join(' ', words));

    // The database, or the table, that a split begins in; null where the key does not reach that far.
    private static SqlValue IdIn(Key start, int at) => start.Length >= at + sizeof(uint) && start.Span[0] == KeySpace.RowByte
        ? SqlValue.Of((long)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(start.Span[at..]))
        : SqlValue.Null;
}
