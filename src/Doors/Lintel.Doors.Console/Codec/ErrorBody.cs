using Lintel.Primitives.Errors;

namespace Lintel.Doors.Console.Codec;

/// <summary>An error, as every endpoint of the HTTP door answers it.</summary>
/// <param name="Code">The stable code, by name.</param>
/// <param name="Message">What happened.</param>
/// <param name="Cause">Why.</param>
/// <param name="Correction">What to do.</param>
/// <param name="Details">Anything longer, a line each; null when there is nothing more.</param>
public sealed record ErrorBody(string Code, string Message, string? Cause, string? Correction, string? Details = null)
{
    /// <summary>The body for an error.</summary>
    public static ErrorBody Of(LintelError error) => new(error.Code.ToString(), error.Message, error.Cause, error.Correction, error.Details);

    /// <summary>The error for a body; a code that is not known here reads as Internal.</summary>
    public LintelError ToError() => new(
        Enum.TryParse(Code, out ErrorCode code) ? code : ErrorCode.Internal, Message, Cause, Correction, Details);

    /// <summary>The HTTP status for a code: the one table of this door.</summary>
    public static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.InvalidSpec => 400,
        ErrorCode.PermissionDenied => 403,
        ErrorCode.NotFound => 404,
        ErrorCode.AlreadyExists or ErrorCode.FailedPrecondition or ErrorCode.WrongCluster or ErrorCode.PlacementImpossible => 409,
        ErrorCode.Busy => 429,
        ErrorCode.NotSupported => 501,
        ErrorCode.Unavailable or ErrorCode.TransactionAborted or ErrorCode.ClockUncertain or ErrorCode.DiskFull => 503,
        ErrorCode.Timeout => 504,
        _ => 500,
    };
}
