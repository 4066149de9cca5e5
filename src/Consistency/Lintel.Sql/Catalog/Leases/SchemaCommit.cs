using Lintel.Primitives.Errors;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog.Leases;

/// <summary>The commit of a transaction that changes the schema: mark, leases, change. See <see cref="SchemaLeases"/>.</summary>
internal sealed class SchemaCommit(ITransactionSource transactions, SchemaLeases leases)
{
    /// <summary>How long other nodes may take to give up their leases before these are waited out instead.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    /// <summary>Commits. The transaction holds the version's lock exclusively, and has written the next version.</summary>
    public async ValueTask CommitAsync(
        ITransaction transaction, uint database, Timestamp now, TimeProvider time, CancellationToken cancellation)
    {
        byte[] mark = new ChangeMark(transaction.Id, now).Encode();
        try
        {
            Timestamp marked = await ChangeMarks.SetAsync(transactions, database, mark, cancellation);
            await leases.GiveUpAsync(database, marked, cancellation);
            if (!await OthersGiveUpAsync(database, marked, time, cancellation))
                await leases.WaitOutAsync(marked + leases.Options.LeaseFor, cancellation);
            await ChangeMarks.TakeAsync(transaction, database, mark, cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch (Exception failure) when (failure is not LintelException { Error.Code: ErrorCode.CommitOutcomeUnknown })
        {
            await transaction.RollbackAsync();
            await ClearAsync(database, mark);
            throw;
        }
    }

    private async ValueTask<bool> OthersGiveUpAsync(
        uint database, Timestamp marked, TimeProvider time, CancellationToken cancellation)
    {
        if (leases.Options.Peers is not { } peers) return true;
        using var patience = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await peers.GiveUpAsync(database, marked, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>A mark that stays costs time and nothing else: who finds it too old clears it.</summary>
    private async ValueTask ClearAsync(uint database, byte[] mark)
    {
        try
        {
            await ChangeMarks.ClearAsync(transactions, database, mark, default);
        }
        catch (LintelException)
        {
            // The store is not reached; the failure that led here is the one to tell.
        }
    }
}
