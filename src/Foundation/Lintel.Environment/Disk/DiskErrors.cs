using System.Runtime.InteropServices;
using Lintel.Primitives.Errors;

namespace Lintel.Environment.Disk;

/// <summary>What the operating system says about a disk, in Lintel's words.</summary>
internal static class DiskErrors
{
    /// <summary>The error for an exception of the file API; its HResult is the errno on Unix.</summary>
    internal static LintelException Of(string path, string operation, Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException =>
            new LintelError(ErrorCode.NotFound, $"cannot {operation} {path}", "it does not exist").ToException(failure),
        IOException { HResult: Posix.NoSpace or Posix.QuotaExceeded } => Full(path, operation, failure.Message).ToException(failure),
        _ => Failed(path, operation, failure.Message).ToException(failure),
    };

    /// <summary>The error for a failed sync. What was written may be lost even where the cause is a full disk.</summary>
    internal static LintelException OfSync(string path, int errno) =>
        Failed(path, "sync", $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})").ToException();

    /// <summary>Whether <paramref name="failure"/> is the file API's way to report the operating system.</summary>
    internal static bool IsOperatingSystem(Exception failure) => failure is IOException or UnauthorizedAccessException;

    private static LintelError Full(string path, string operation, string cause) => new(
        ErrorCode.DiskFull, $"cannot {operation} {path}: the disk is full", cause, "free space; writes resume by themselves");

    private static LintelError Failed(string path, string operation, string cause) => new(
        ErrorCode.DiskFailed, $"cannot {operation} {path}", cause, "check the device and its mount; the store is out of service");
}
