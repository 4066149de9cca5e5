using System.Collections.Immutable;
using Lintel.Doors.Console.Codec;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog;
using Lintel.Sql.Types;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Nodes;
using Lintel.Storage.Pools;
using Lintel.Storage.Tables;
using Lintel.Transactions.Api;

namespace Lintel.Node.Status;

/// <summary>
/// The cluster's own records as tables of the schema <c>lintel</c>, in every database. Nodes, pools, groups and databases
/// are rows of the system database, read at a snapshot of their own; splits and replicas are what the nodes report now.
/// </summary>
internal static class ClusterTables
{
    // Object ids below those of user objects, above those of pg_catalog: shown by pg_class, so never renumbered.
    private const uint FirstId = 15_001;

    /// <summary>pg_catalog, information_schema and the tables of <c>lintel</c>.</summary>
    public static VirtualTableSet Create(ITransactionSource transactions, ClusterStatusSource status) => new(
    [
        .. SystemCatalog.Tables,
        Records(0, "nodes", transactions, NodeRecord.Table,
            [Text("name"), Number("id"), Text("state"), Text("zone"), Text("peer_address"), Text("sql_address"), Text("http_address")],
            static n => [Of(n.Name), Of((long)n.Id.Value), Of(n.State.ToString()), Of(n.Zone), Of(n.PeerAddress), Of(n.SqlAddress), Of(n.HttpAddress)]),
        Records(1, "storage_pools", transactions, StoragePoolRecord.Table,
            [Text("node"), Text("name"), Text("provider"), Number("capacity_bytes")],
            static p => [Of(p.Node), Of(p.Name), Of(p.Provider), p.CapacityBytes is { } bytes ? Of(bytes) : SqlValue.Null]),
        Records(2, "resource_groups", transactions, ResourceGroupRecord.Table,
            [Text("name"), Number("replicas"), Text("storage_pools"), Text("replicas_on_different"), Text("replicas_on_same")],
            static g => [Of(g.Name), Of((long)g.Replicas), Of(g.StoragePools), Of(g.ReplicasOnDifferent), Of(g.ReplicasOnSame)]),
        Records(3, "databases", transactions, DatabasePlacement.Table,
            [Text("name"), Number("id"), Text("resource_group"), new VirtualColumn("split_per_table", SqlType.Bool), Number("split_bytes_max")],
            static d => [Of(d.Name), Of((long)d.DatabaseId), Of(d.ResourceGroup), SqlValue.Of(d.SplitPerTable), d.SplitBytesMax is { } bytes ? Of(bytes) : SqlValue.Null]),
        Reported(4, "splits", status, [Number("id"), Text("start_key"), Text("end_key"), Text("leaseholder"), Number("bytes")],
            static s => [[Of((long)s.Id), Of(s.Start), Of(s.End), Of(s.Leaseholder), Of(s.Bytes)]]),
        Reported(5, "replicas", status, [Number("split"), Text("node"), Text("role"), new VirtualColumn("in_sync", SqlType.Bool)],
            static s => s.Replicas.Select(r => new[] { Of((long)s.Id), Of(r.Node), Of(r.Role), SqlValue.Of(r.InSync) })),
    ]);

    private static ClusterTable Records<TRecord>(
        uint number, string name, ITransactionSource transactions, SystemTable<TRecord> records,
        ImmutableArray<VirtualColumn> columns, Func<TRecord, SqlValue[]> row)
        where TRecord : class => new(FirstId + number, name, columns, async cancellation =>
        {
            await using ISnapshotReader snapshot = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
            return (await records.ListAsync(snapshot, cancellation)).Select(row);
        });

    private static ClusterTable Reported(
        uint number, string name, ClusterStatusSource status, ImmutableArray<VirtualColumn> columns, Func<SplitLine, IEnumerable<SqlValue[]>> rows) =>
        new(FirstId + number, name, columns, async cancellation => (await status.ReadAsync(cancellation)).Splits.SelectMany(rows));

    private static VirtualColumn Text(string name) => new(name, SqlType.Text);

    private static VirtualColumn Number(string name) => new(name, SqlType.Int8);

    private static SqlValue Of(string value) => SqlValue.Of(value);

    private static SqlValue Of(long value) => SqlValue.Of(value);

    private static SqlValue Of(ImmutableArray<string> names) => SqlValue.Of(string.Join(',', names));

    private sealed class ClusterTable(
        uint id, string name, ImmutableArray<VirtualColumn> columns, Func<CancellationToken, Task<IEnumerable<SqlValue[]>>> read) : IVirtualTable
    {
        public uint Id => id;

        public string Schema => "lintel";

        public string Name => name;

        public ImmutableArray<VirtualColumn> Columns => columns;

        public ImmutableArray<int> LookupColumns => [];

        public async ValueTask<IEnumerable<SqlValue[]>> ReadAsync(StatementScope scope, VirtualLookup? lookup) =>
            await read(scope.Cancellation);
    }
}
