using Lintel.Primitives.Errors;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>What ends a statement early: the client's cancel, or statement_timeout.</summary>
internal sealed class StatementDeadline : IDisposable
{
    private readonly CancellationToken _client;
    private readonly CancellationTokenSource? _timeout;
    private readonly CancellationTokenSource? _either;

    /// <summary>Begins to count; zero is no timeout.</summary>
    public StatementDeadline(TimeSpan timeout, TimeProvider time, CancellationToken client)
    {
        _client = client;
        if (timeout <= TimeSpan.Zero) return;
        _timeout = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(client, _timeout.Token);
    }

    /// <summary>Cancelled by either.</summary>
    public CancellationToken Token => _either?.Token ?? _client;

    /// <summary>The error of a statement, where it may be this deadline's doing.</summary>
    public Exception Explain(Exception error)
    {
        bool isCancel = error is OperationCanceledException
            or LintelException { Error.Code: ErrorCode.Cancelled }
            or SqlException { Error.SqlState: SqlStates.QueryCanceled };
        return isCancel && !_client.IsCancellationRequested && _timeout is { IsCancellationRequested: true }
            ? new SqlException(SqlStates.QueryCanceled, "canceling statement due to statement timeout")
            : error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _either?.Dispose();
        _timeout?.Dispose();
    }
}
