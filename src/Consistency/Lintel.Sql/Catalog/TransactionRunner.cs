using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog;

/// <summary>Runs a closed piece of work as one transaction, again as long as it loses its conflicts.</summary>
public static class TransactionRunner
{
    private const int AttemptsMax = 100;

    /// <summary>Runs <paramref name="work"/> and commits. The work may run several times and must have no other effect.</summary>
    public static async ValueTask<T> RunAsync<T>(
        this ITransactionSource source, string label, Func<ITransaction, ValueTask<T>> work,
        CancellationToken cancellation = default)
    {
        TransactionId? retryOf = null;
        for (int attempt = 1; ; attempt++)
        {
            await using ITransaction transaction = source.Begin(new TransactionOptions(label), retryOf);
            try
            {
                T result = await work(transaction);
                await transaction.CommitAsync(cancellation);
                return result;
            }
            catch (LintelException lost) when (lost.Error.Code == ErrorCode.TransactionAborted && attempt < AttemptsMax)
            {
                retryOf = transaction.Id;
            }
        }
    }
}
