using Lintel.Primitives.Codec;
using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>
/// Fills new storage of a table from the old: all of it when the rows' key or form has changed, or a new index. It
/// happens inside the transaction of the schema change, over locks on the rows that were read: nobody writes them
/// meanwhile, and what is written is staged at the splits when it is much. Duplicates are found as they come.
/// </summary>
internal static class TableRewrite
{
    /// <summary>
    /// Writes every row of <paramref name="from"/> to the storage of <paramref name="to"/>, with all index entries.
    /// <paramref name="change"/> makes the new row, by ordinal, from the old one.
    /// </summary>
    public static async ValueTask RunAsync(
        SchemaEditor editor, TableDescriptor from, TableDescriptor to,
        Func<SqlValue[], SqlValue[], ValueTask> change, CancellationToken cancellation)
    {
        uint database = editor.Schema.Database.Id;
        TableLayout source = TableLayout.Of(database, from);
        TableLayout target = TableLayout.Of(database, to);
        var row = new SqlValue[target.Types.Length];
        var writer = new RowWriter(editor.Writer, target);
        await foreach (StoredRow stored in StoredRows.ReadAsync(editor.Writer, source, cancellation))
        {
            await change(stored.Values, row);
            await writer.WriteAsync(row, cancellation);
        }
    }

    /// <summary>Writes the entries of one new index for every row.</summary>
    public static async ValueTask FillIndexAsync(
        SchemaEditor editor, TableDescriptor table, IndexDescriptor index, CancellationToken cancellation)
    {
        TableLayout layout = TableLayout.Of(editor.Schema.Database.Id, table);
        IndexLayout entries = layout.Indexes.Single(i => i.Index.Id == index.Id);
        var writer = new RowWriter(editor.Writer, layout);
        await foreach (StoredRow stored in StoredRows.ReadAsync(editor.Writer, layout, cancellation))
            await writer.WriteEntryAsync(entries, stored.Key, stored.Values, cancellation);
    }

    /// <summary>Writes rows and entries to storage that was empty, which makes every key found there a duplicate.</summary>
    private sealed class RowWriter(ITransaction transaction, TableLayout table)
    {
        private readonly OrderedKeyWriter _keys = new();
        private readonly WireWriter _bytes = new();

        public async ValueTask WriteAsync(SqlValue[] row, CancellationToken cancellation)
        {
            foreach (int ordinal in table.Primary.Ordinals)
            {
                if (!row[ordinal].IsNull) continue;
                string column = table.Table.Columns[ordinal].Name;
                throw new SqlException(new SqlError(
                    SqlStates.NotNullViolation, $"column \"{column}\" of relation \"{table.Table.Name}\" contains null values",
                    Table: table.Table.Name, Column: column));
            }

            Key key = table.Primary.RowKey(_keys, row);
            await InsertAsync(table.Primary, key, table.EncodeRow(_bytes, row), row, cancellation);
            foreach (IndexLayout index in table.Indexes.AsSpan(1).ToArray())
                await WriteEntryAsync(index, key, row, cancellation);
        }

        public async ValueTask WriteEntryAsync(
            IndexLayout index, Key rowKey, SqlValue[] row, CancellationToken cancellation)
        {
            ReadOnlyMemory<byte> primary = rowKey.Memory[KeySpace.IndexPrefixLength..];
            Key key = index.EntryKey(_keys, row, primary.Span, out bool isUnique);
            if (isUnique) await InsertAsync(index, key, primary, row, cancellation);
            else await transaction.PutAsync(key, primary, cancellation);
        }

        private async ValueTask InsertAsync(
            IndexLayout index, Key key, ReadOnlyMemory<byte> value, SqlValue[] row, CancellationToken cancellation)
        {
            // The storage is new and only this transaction knows of it, so a look at its own writes tells all.
            if (await transaction.GetAsync(key, LockStrength.Exclusive, cancellation) is not null)
                throw UniqueKeys.CannotBuild(table, index, row);
            await transaction.PutAsync(key, value, cancellation);
        }
    }
}
