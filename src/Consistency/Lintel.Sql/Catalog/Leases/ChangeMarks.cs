using Lintel.Environment.TrueTime;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog.Leases;

/// <summary>Sets, checks and clears the mark of a pending schema change.</summary>
internal static class ChangeMarks
{
    /// <summary>A change commits within a few seconds of its mark; a mark this old was left behind by a node that stopped.</summary>
    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromSeconds(15);

    /// <summary>Commits a mark, in place of any that is there: only who holds the version's lock sets one. Answers when.</summary>
    public static async ValueTask<Timestamp> SetAsync(
        ITransactionSource transactions, uint database, ReadOnlyMemory<byte> mark, CancellationToken cancellation)
    {
        await using ITransaction transaction = transactions.Begin(new TransactionOptions("schema change mark"));
        await transaction.PutAsync(CatalogKeys.PendingChange(database), mark, cancellation);
        return await transaction.CommitAsync(cancellation);
    }

    /// <summary>
    /// Inside the transaction that changes the schema: the mark must be its own still, and goes with the commit.
    /// </summary>
    public static async ValueTask TakeAsync(
        ITransaction transaction, uint database, ReadOnlyMemory<byte> mark, CancellationToken cancellation)
    {
        Key key = CatalogKeys.PendingChange(database);
        ReadOnlyMemory<byte>? found = await transaction.GetAsync(key, LockStrength.Exclusive, cancellation);
        if (found is null || !found.Value.Span.SequenceEqual(mark.Span))
        {
            throw new LintelException(
                ErrorCode.TransactionAborted, "the schema change was aborted", "its mark was cleared by another",
                "run it again");
        }

        await transaction.DeleteAsync(key, cancellation);
    }

    /// <summary>Clears a mark unless another has taken its place.</summary>
    public static ValueTask<bool> ClearAsync(
        ITransactionSource transactions, uint database, ReadOnlyMemory<byte> mark, CancellationToken cancellation)
    {
        Key key = CatalogKeys.PendingChange(database);
        return transactions.RunAsync(
            "schema change over",
            async transaction =>
            {
                ReadOnlyMemory<byte>? found = await transaction.GetAsync(key, LockStrength.Exclusive, cancellation);
                bool isSame = found is not null && found.Value.Span.SequenceEqual(mark.Span);
                if (isSame) await transaction.DeleteAsync(key, cancellation);
                return isSame;
            },
            cancellation);
    }

    /// <summary>
    /// Clears a mark that is too old to be somebody's who still lives. Its owner holds the version's lock as long as it
    /// can commit, so it is waited for in any case.
    /// </summary>
    public static async ValueTask<bool> ClearIfLeftBehindAsync(
        ITransactionSource transactions, ITrueTime trueTime, uint database, ReadOnlyMemory<byte> mark)
    {
        if (trueTime.Now().Earliest < ChangeMark.SetAtOf(mark) + LeftBehindAfter) return false;
        Key version = CatalogKeys.Version(database);
        Key key = CatalogKeys.PendingChange(database);
        return await transactions.RunAsync(
            "schema change left behind",
            async transaction =>
            {
                await transaction.GetAsync(version, LockStrength.Exclusive);
                ReadOnlyMemory<byte>? found = await transaction.GetAsync(key, LockStrength.Exclusive);
                if (found is null || !found.Value.Span.SequenceEqual(mark.Span)) return true;
                await transaction.DeleteAsync(key);
                return true;
            });
    }
}
