using Lintel.Primitives.Errors;

namespace Lintel.Primitives.Codec;

/// <summary>
/// A <see cref="LintelError"/> on the wire: code, message, then cause, correction and details, each with a presence
/// byte. A code that this version does not know is read as <see cref="ErrorCode.Internal"/>; the texts are kept.
/// </summary>
public static class ErrorCodec
{
    /// <summary>Appends <paramref name="error"/>.</summary>
    public static void Write(WireWriter writer, LintelError error)
    {
        writer.Varint((ulong)error.Code);
        writer.Text(error.Message);
        Optional(writer, error.Cause);
        Optional(writer, error.Correction);
        Optional(writer, error.Details);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static LintelError Read(ref WireReader reader)
    {
        ulong raw = reader.Varint();
        var code = raw <= int.MaxValue && Enum.IsDefined((ErrorCode)raw) ? (ErrorCode)raw : ErrorCode.Internal;
        return new LintelError(code, reader.Text(), Optional(ref reader), Optional(ref reader), Optional(ref reader));
    }

    private static void Optional(WireWriter writer, string? text)
    {
        writer.Bool(text is not null);
        if (text is not null) writer.Text(text);
    }

    private static string? Optional(ref WireReader reader) => reader.Bool() ? reader.Text() : null;
}
