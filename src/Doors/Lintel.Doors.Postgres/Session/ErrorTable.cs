using Lintel.Primitives.Errors;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>The SQLSTATE of errors that come from below SQL without one.</summary>
internal static class ErrorTable
{
    /// <summary>The error as a client sees it.</summary>
    public static SqlError Translate(LintelError error) =>
        new(StateOf(error.Code), error.Message, error.Cause, error.Correction);

    private static string StateOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => SqlStates.InvalidParameterValue,
        ErrorCode.NotFound => SqlStates.UndefinedObject,
        ErrorCode.AlreadyExists => SqlStates.DuplicateObject,
        ErrorCode.NotSupported => SqlStates.FeatureNotSupported,
        ErrorCode.Cancelled or ErrorCode.Timeout => SqlStates.QueryCanceled,
        ErrorCode.Unavailable or ErrorCode.ClockUncertain => SqlStates.CannotConnectNow,
        ErrorCode.Busy => SqlStates.ConfigurationLimitExceeded,
        ErrorCode.PermissionDenied => SqlStates.InsufficientPrivilege,
        ErrorCode.FailedPrecondition => SqlStates.ObjectNotInPrerequisiteState,
        ErrorCode.TransactionAborted or ErrorCode.NotLeaseholder or ErrorCode.SplitMoved => SqlStates.SerializationFailure,
        ErrorCode.CommitOutcomeUnknown => SqlStates.StatementCompletionUnknown,
        ErrorCode.SnapshotTooOld => SqlStates.SnapshotTooOld,
        ErrorCode.ReadOnlyTransaction => SqlStates.ReadOnlySqlTransaction,
        ErrorCode.DiskFull => SqlStates.DiskFull,
        ErrorCode.DiskFailed => SqlStates.IoError,
        ErrorCode.Corruption => SqlStates.DataCorrupted,
        _ => SqlStates.InternalError,
    };
}
