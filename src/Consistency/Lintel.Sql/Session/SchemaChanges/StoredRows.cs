using System.Runtime.CompilerServices;
using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>All rows of a table as they are stored, for rewrites and backfills: page after page, never all in memory.</summary>
internal static class StoredRows
{
    /// <summary>The rows in key order, by column ordinal. The array is used again for the next row.</summary>
    public static async IAsyncEnumerable<StoredRow> ReadAsync(
        IKeyReader reader, TableLayout table, [EnumeratorCancellation] CancellationToken cancellation)
    {
        WantedColumn[] wanted = table.Want(0, _ => true);
        var values = new SqlValue[table.Types.Length];
        KeySpan rest = KeySpan.Prefix(table.Primary.Prefix);
        while (!rest.IsEmpty)
        {
            ScanPage page = await reader.ScanAsync(rest, default, cancellation);
            foreach (KeyRow row in page.Rows)
            {
                RowFormat.Read(row.Value, wanted, values);
                yield return new StoredRow(row.Key, row.Value, values);
            }

            rest = page.Rest;
        }
    }
}

/// <summary>One row: its key, its bytes, and its values by ordinal.</summary>
internal readonly record struct StoredRow(Key Key, ReadOnlyMemory<byte> Bytes, SqlValue[] Values);
