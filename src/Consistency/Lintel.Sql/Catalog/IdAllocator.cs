using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog;

/// <summary>
/// Draws object, storage and database ids from one counter of the cluster, in blocks. An id is used at most once
/// (invariant Q03); ids that a stopped node had drawn are lost, and those of a rolled back DDL too.
/// </summary>
public sealed class IdAllocator(ITransactionSource transactions)
{
    private const long BlockSize = 64;
    private const int AttemptsMax = 100;
    private readonly Lock _gate = new();
    private long _next;
    private long _end;

    /// <summary>The next id.</summary>
    public async ValueTask<uint> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_next < _end) return checked((uint)_next++);
            }

            long start = await ReserveAsync(cancellation);
            lock (_gate)
            {
                if (_next >= _end) (_next, _end) = (start, start + BlockSize);
            }
        }
    }

    private async ValueTask<long> ReserveAsync(CancellationToken cancellation)
    {
        TransactionId? retryOf = null;
        for (int attempt = 1; ; attempt++)
        {
            await using ITransaction transaction = transactions.Begin(new TransactionOptions("id allocation"), retryOf);
            try
            {
                ReadOnlyMemory<byte>? stored =
                    await transaction.GetAsync(CatalogKeys.IdCounter, LockStrength.Exclusive, cancellation);
                long start = stored is null ? DatabaseSchema.FirstUserId : CatalogKeys.DecodeNumber(stored.Value);
                await transaction.PutAsync(CatalogKeys.IdCounter, CatalogKeys.Encode(start + BlockSize), cancellation);
                await transaction.CommitAsync(cancellation);
                return start;
            }
            catch (LintelException lost) when (lost.Error.Code == ErrorCode.TransactionAborted && attempt < AttemptsMax)
            {
                retryOf = transaction.Id;
            }
            catch (LintelException unknown)
                when (unknown.Error.Code == ErrorCode.CommitOutcomeUnknown && attempt < AttemptsMax)
            {
                // Either way the next attempt draws a block that nobody has: at worst one block is lost.
                retryOf = null;
            }
        }
    }
}
