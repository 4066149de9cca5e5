using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog;

/// <summary>
/// Empties the storage that TRUNCATE, DROP and rewrites left behind, a few rows at a time. Nobody can write there any
/// more: a transaction that knew it cannot commit after the change that abandoned it. Who reads at an earlier timestamp
/// finds the earlier versions.
/// </summary>
public sealed class StorageCleaner(ITransactionSource transactions, DatabaseCatalog databases, TimeProvider time)
{
    private const int RowsPerStep = 200;

    /// <summary>A thousand rows or two in a second: it is never urgent, and must not be felt.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Cleans all databases once. Errors are those of transactions.</summary>
    public async ValueTask RunAsync(CancellationToken cancellation)
    {
        foreach (DatabaseDescriptor database in await databases.ListAsync(cancellation))
        {
            foreach ((Key record, KeySpan span) in await AbandonedAsync(database.Id, cancellation))
                await EmptyAsync(record, span, cancellation);
        }
    }

    /// <summary>
    /// Runs for as long as the node does: now and then a round, and another try after what the cluster cannot do now.
    /// Only the node for which <paramref name="isMine"/> says so works: several would wait for each other's locks.
    /// </summary>
    public async Task FollowAsync(TimeSpan every, Func<Task<bool>> isMine, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(every, time, cancellation);
            try
            {
                if (await isMine()) await RunAsync(cancellation);
            }
            catch (LintelException failure) when (failure.Error.Code is not (ErrorCode.Internal or ErrorCode.Corruption))
            {
                // What is left is found again by the next round, here or on another node.
            }
        }
    }

    private async ValueTask<List<(Key Record, KeySpan Span)>> AbandonedAsync(uint database, CancellationToken cancellation)
    {
        var found = new List<(Key, KeySpan)>();
        await using ISnapshotReader reader = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        KeySpan rest = CatalogKeys.AllAbandoned(database);
        while (!rest.IsEmpty)
        {
            ScanPage page = await reader.ScanAsync(rest, default, cancellation);
            foreach (KeyRow row in page.Rows) found.Add((row.Key, SpanOf(database, row)));
            rest = page.Rest;
        }

        return found;
    }

    /// <summary>A dropped database is recorded in the system database, with -1 for its table.</summary>
    private static KeySpan SpanOf(uint database, KeyRow record)
    {
        uint id = CatalogKeys.AbandonedIdOf(record.Key);
        long table = CatalogKeys.DecodeNumber(record.Value);
        return KeySpan.Prefix(
            table < 0 ? KeySpace.DatabasePrefix(id) : KeySpace.IndexPrefix(database, (uint)table, id));
    }

    private async ValueTask EmptyAsync(Key record, KeySpan span, CancellationToken cancellation)
    {
        // Each step begins where the last one ended: what was removed leaves versions behind, and to read over them again
        // each time would cost the square of the rows.
        KeySpan left = span;
        while (!left.IsEmpty)
        {
            KeySpan from = left;
            left = await transactions.RunAsync(
                "clean abandoned storage",
                async transaction =>
                {
                    ScanPage page = await transaction.ScanAsync(
                        from, new ScanOptions(RowsPerStep, Strength: LockStrength.Exclusive), cancellation);
                    foreach (KeyRow row in page.Rows) await transaction.DeleteAsync(row.Key, cancellation);
                    if (page.IsLast) await transaction.DeleteAsync(record, cancellation);
                    return page.Rest;
                },
                cancellation);
            await Task.Delay(Pause, time, cancellation);
        }
    }
}
