using System.Buffers;
using System.Buffers.Binary;

namespace Lintel.Doors.Postgres.Codec;

/// <summary>One message of a client, cut out of the stream and not looked into yet.</summary>
/// <param name="Kind">Its first byte.</param>
/// <param name="Payload">What follows the length; a slice of the buffer it was read from.</param>
public readonly record struct FrontendFrame(FrontendKind Kind, ReadOnlySequence<byte> Payload)
{
    /// <summary>Bytes before the payload: the kind and the length, which counts itself.</summary>
    public const int HeaderLength = 5;

    /// <summary>
    /// Cuts the first message off <paramref name="buffer"/>. The length is judged as soon as it is there: a message over
    /// its bound is malformed at once, and is never waited for.
    /// </summary>
    /// <param name="buffer">What has arrived; on Ok it begins after the message, otherwise it is unchanged.</param>
    /// <param name="limits">Bounds by kind.</param>
    /// <param name="frame">The message, on Ok.</param>
    /// <param name="reason">Why the bytes are no message, on Malformed.</param>
    public static ParseStatus TryRead(
        ref ReadOnlySequence<byte> buffer, FrameLimits limits, out FrontendFrame frame, out string? reason)
    {
        frame = default;
        reason = null;
        if (buffer.IsEmpty) return ParseStatus.NeedMore;
        var kind = (FrontendKind)buffer.FirstSpan[0];
        if (!IsKnown(kind))
        {
            reason = $"invalid frontend message type {(byte)kind}";
            return ParseStatus.Malformed;
        }

        if (buffer.Length < HeaderLength) return ParseStatus.NeedMore;
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        int length = BinaryPrimitives.ReadInt32BigEndian(header[1..]);
        if (length < sizeof(int) || length - sizeof(int) > limits.For(kind))
        {
            reason = $"invalid message length {length} of message type {(char)kind}";
            return ParseStatus.Malformed;
        }

        if (buffer.Length < 1L + length) return ParseStatus.NeedMore;
        frame = new FrontendFrame(kind, buffer.Slice(HeaderLength, length - sizeof(int)));
        buffer = buffer.Slice(1L + length);
        return ParseStatus.Ok;
    }

    /// <summary>Whether <paramref name="buffer"/> begins with a complete Sync.</summary>
    public static bool BeginsWithSync(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < HeaderLength || buffer.FirstSpan[0] != (byte)FrontendKind.Sync) return false;
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        return BinaryPrimitives.ReadInt32BigEndian(header[1..]) == sizeof(int);
    }

    private static bool IsKnown(FrontendKind kind) => kind switch
    {
        FrontendKind.Bind or FrontendKind.Close or FrontendKind.CopyData or FrontendKind.CopyDone or FrontendKind.CopyFail
            or FrontendKind.Describe or FrontendKind.Execute or FrontendKind.Flush or FrontendKind.FunctionCall
            or FrontendKind.Parse or FrontendKind.Password or FrontendKind.Query or FrontendKind.Sync
            or FrontendKind.Terminate => true,
        _ => false,
    };
}
