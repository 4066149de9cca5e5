using Lintel.Primitives.Errors;
using Lintel.Primitives.Invariants;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>The one table from Lintel's errors to SQLSTATEs.</summary>
public static class ErrorTable
{
    /// <summary>Whether an exception is an answer to the client, rather than a broken invariant that must end the node.</summary>
    public static bool IsAnswer(Exception exception) => exception is not InvariantViolatedException;

    /// <summary>The error as SQL clients see it.</summary>
    public static SqlException Translate(Exception exception) => exception switch
    {
        SqlException sql => sql,
        LintelException lintel => Translate(lintel.Error).ToException(lintel),
        OperationCanceledException => new SqlException(
            new SqlError(SqlStates.QueryCanceled, "canceling statement due to user request"), exception),
        InsufficientExecutionStackException => new SqlException(
            new SqlError(SqlStates.StatementTooComplex, "stack depth limit exceeded"), exception),
        _ => new SqlException(
            new SqlError(
                SqlStates.InternalError, $"internal error: {exception.Message}", exception.GetType().Name,
                "This is a bug in Lintel. Please report the statement."),
            exception),
    };

    /// <summary>The SQL form of an error of the planes below.</summary>
    public static SqlError Translate(LintelError error) => error.Code switch
    {
        ErrorCode.TransactionAborted => new SqlError(
            SqlStates.SerializationFailure, "could not serialize access due to concurrent transactions",
            Detail: Sentence(error.Cause ?? error.Message), Hint: "The transaction might succeed if retried."),
        ErrorCode.CommitOutcomeUnknown => new SqlError(
            SqlStates.StatementCompletionUnknown, "the outcome of the commit is not known",
            Detail: Sentence(error.Details ?? error.Cause),
            Hint: "Look whether the changes are there before running the transaction again."),
        _ => new SqlError(StateOf(error.Code), error.Message, Sentence(error.Cause), Sentence(error.Correction)),
    };

    /// <summary>The SQLSTATE of a code.</summary>
    public static string StateOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => SqlStates.InvalidParameterValue,
        ErrorCode.NotFound => SqlStates.UndefinedObject,
        ErrorCode.AlreadyExists => SqlStates.UniqueViolation,
        ErrorCode.NotSupported => SqlStates.FeatureNotSupported,
        ErrorCode.Cancelled => SqlStates.QueryCanceled,
        ErrorCode.Timeout => SqlStates.QueryCanceled,
        ErrorCode.Unavailable => SqlStates.CannotConnectNow,
        ErrorCode.Busy => SqlStates.InsufficientResources,
        ErrorCode.PermissionDenied => SqlStates.InsufficientPrivilege,
        ErrorCode.FailedPrecondition => SqlStates.ObjectNotInPrerequisiteState,
        ErrorCode.TransactionAborted => SqlStates.SerializationFailure,
        ErrorCode.CommitOutcomeUnknown => SqlStates.StatementCompletionUnknown,
        ErrorCode.SnapshotTooOld => SqlStates.SnapshotTooOld,
        ErrorCode.ReadOnlyTransaction => SqlStates.ReadOnlySqlTransaction,
        ErrorCode.NotLeaseholder => SqlStates.CannotConnectNow,
        ErrorCode.SplitMoved => SqlStates.CannotConnectNow,
        ErrorCode.DiskFull => SqlStates.DiskFull,
        ErrorCode.DiskFailed => SqlStates.IoError,
        ErrorCode.Corruption => SqlStates.DataCorrupted,
        ErrorCode.ClockUncertain => SqlStates.CannotConnectNow,
        _ => SqlStates.InternalError,
    };

    private static string? Sentence(string? text) =>
        string.IsNullOrEmpty(text) ? null : char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '!' ? "" : ".");
}
