using Lintel.Primitives.Errors;
using RocksDbSharp;

namespace Lintel.Splits.Store.Rocks;

/// <summary>What RocksDB says, in Lintel's words. Its C interface gives only a text, which begins with the kind.</summary>
internal static class RocksErrors
{
    public static LintelException Of(string path, string operation, RocksDbException failure) =>
        Of(path, operation, failure.Message).ToException(failure);

    public static LintelError Of(string path, string operation, string text)
    {
        if (text.Contains("No space left", StringComparison.Ordinal))
        {
            return new LintelError(ErrorCode.DiskFull, $"cannot {operation} the ordered store {path}: the disk is full", text,
                "free space; writes resume by themselves");
        }

        if (text.StartsWith("Corruption", StringComparison.Ordinal))
        {
            return new LintelError(ErrorCode.Corruption, $"the ordered store {path} is damaged", text,
                "give the node an empty store directory: its replicas are rebuilt from their peers; check the device");
        }

        if (text.Contains("LOCK", StringComparison.Ordinal))
        {
            return new LintelError(ErrorCode.FailedPrecondition, $"the ordered store {path} is in use", text,
                "stop the other node, or give this one its own directory");
        }

        return new LintelError(ErrorCode.DiskFailed, $"cannot {operation} the ordered store {path}", text,
            "check the device and its mount; the store is out of service");
    }
}
