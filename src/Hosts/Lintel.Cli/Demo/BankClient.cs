using Lintel.Cli.Local;
using Npgsql;

namespace Lintel.Cli.Demo;

/// <summary>One client: transfers between two random accounts, again and again, at whichever node lets it in.</summary>
internal sealed class BankClient(LocalLayout layout, int number, BankLedger ledger)
{
    private const string SerializationFailure = "40001";
    private readonly Random _random = new();
    private NpgsqlConnection? _connection;
    private long _transfers;
    private int _moves;

    /// <summary>Transfers until cancelled. A transfer under way is finished, or its fate is left uncertain.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            long id = (number * 1_000_000_000L) + ++_transfers;
            (int from, int to) = (_random.Next(BankSchema.Branches), _random.Next(BankSchema.Branches));
            (int payer, int payee) = (_random.Next(BankSchema.AccountsPerBranch), _random.Next(BankSchema.AccountsPerBranch));
            long amount = _random.Next(1, 50);
            while (!await TryTransferAsync(id, (from, payer), (to, payee), amount) && !cancellation.IsCancellationRequested) ledger.OnRetry();
        }

        if (_connection is not null) await _connection.DisposeAsync();
    }

    // True when it is over: done, not covered, or uncertain. What was not committed for sure may be tried again.
    private async Task<bool> TryTransferAsync(long id, (int Branch, int Account) from, (int Branch, int Account) to, long amount)
    {
        bool committing = false;
        try
        {
            NpgsqlConnection connection = _connection ??= await BankSchema.ConnectAsync(layout, (number + _moves) % LocalLayout.Nodes.Count, CancellationToken.None);
            await BankSchema.RunAsync(connection, "BEGIN", default);
            int covered = await BankSchema.RunAsync(
                connection, $"UPDATE accounts_{from.Branch} SET balance = balance - $1 WHERE id = $2 AND balance >= $1", default, amount, from.Account);
            if (covered == 0)
            {
                await BankSchema.RunAsync(connection, "ROLLBACK", default);
                return true;
            }

            await BankSchema.RunAsync(connection, $"UPDATE accounts_{to.Branch} SET balance = balance + $1 WHERE id = $2", default, amount, to.Account);
            await BankSchema.RunAsync(connection, "INSERT INTO transfers VALUES ($1, $2)", default, id, amount);
            committing = true;
            await BankSchema.RunAsync(connection, "COMMIT", default);
            ledger.OnAcknowledged(id);
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == SerializationFailure)
        {
            return await RollBackAsync();
        }
        catch (NpgsqlException) when (!committing)
        {
            await LeaveAsync();
            return false;
        }
        catch (NpgsqlException)
        {
            ledger.OnUncertain(id);
            await LeaveAsync();
            return true;
        }
    }

    private async Task<bool> RollBackAsync()
    {
        try
        {
            await BankSchema.RunAsync(_connection!, "ROLLBACK", default);
        }
        catch (NpgsqlException)
        {
            await LeaveAsync();
        }

        return false;
    }

    // To the next node; its own may be dead for a while.
    private async Task LeaveAsync()
    {
        if (_connection is { } lost)
        {
            ledger.OnReconnect();
            await lost.DisposeAsync();
        }

        _connection = null;
        _moves++;
        await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
    }
}
