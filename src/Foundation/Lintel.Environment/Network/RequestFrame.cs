using System.Diagnostics;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;

namespace Lintel.Environment.Network;

/// <summary>
/// What <see cref="RequestChannel"/> puts into a frame: one byte of kind, the fields of that kind, and the payload up
/// to the frame's end.
/// </summary>
internal abstract record RequestFrame
{
    private const byte RequestKind = 1;
    private const byte ReplyKind = 2;
    private const byte FailureKind = 3;
    private const byte MessageKind = 4;

    private RequestFrame()
    {
    }

    /// <summary>Asks <paramref name="Service"/>; the answer travels on <paramref name="Lane"/> too.</summary>
    internal sealed record Request(byte Service, NetworkLane Lane, ulong Incarnation, ulong Id, ReadOnlyMemory<byte> Payload)
        : RequestFrame;

    /// <summary>The answer to the request of that incarnation and id.</summary>
    internal sealed record Reply(ulong Incarnation, ulong Id, ReadOnlyMemory<byte> Payload) : RequestFrame;

    /// <summary>The error that answers the request of that incarnation and id.</summary>
    internal sealed record Failure(ulong Incarnation, ulong Id, LintelError Error) : RequestFrame;

    /// <summary>A one-way message to <paramref name="Service"/>.</summary>
    internal sealed record Message(byte Service, ReadOnlyMemory<byte> Payload) : RequestFrame;

    internal byte[] Encode()
    {
        switch (this)
        {
            case Request request:
                var ask = Begin(RequestKind, request.Payload.Length);
                ask.Byte(request.Service);
                ask.Byte((byte)request.Lane);
                return End(ask, request.Incarnation, request.Id, request.Payload);
            case Reply reply:
                return End(Begin(ReplyKind, reply.Payload.Length), reply.Incarnation, reply.Id, reply.Payload);
            case Failure failure:
                var error = new WireWriter();
                ErrorCodec.Write(error, failure.Error);
                return End(Begin(FailureKind, error.Length), failure.Incarnation, failure.Id, error.Written);
            case Message message:
                var note = Begin(MessageKind, message.Payload.Length);
                note.Byte(message.Service);
                note.Raw(message.Payload.Span);
                return note.ToArray();
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Decodes a frame; malformed bytes are a LintelException of Corruption.</summary>
    internal static RequestFrame Decode(ReadOnlyMemory<byte> frame)
    {
        var reader = new WireReader(frame);
        switch (reader.Byte())
        {
            case RequestKind:
                return new Request(reader.Byte(), ReadLane(ref reader), reader.Fixed64(), reader.Varint(), Rest(ref reader));
            case ReplyKind:
                return new Reply(reader.Fixed64(), reader.Varint(), Rest(ref reader));
            case FailureKind:
                var failure = new Failure(reader.Fixed64(), reader.Varint(), ErrorCodec.Read(ref reader));
                reader.End();
                return failure;
            case MessageKind:
                return new Message(reader.Byte(), Rest(ref reader));
            case var kind:
                throw new LintelException(ErrorCode.Corruption, "malformed frame", $"{kind} is no kind of frame");
        }
    }

    private static WireWriter Begin(byte kind, int payloadLength)
    {
        var writer = new WireWriter(payloadLength + 32);
        writer.Byte(kind);
        return writer;
    }

    private static byte[] End(WireWriter writer, ulong incarnation, ulong id, ReadOnlyMemory<byte> payload)
    {
        writer.Fixed64(incarnation);
        writer.Varint(id);
        writer.Raw(payload.Span);
        return writer.ToArray();
    }

    private static NetworkLane ReadLane(ref WireReader reader) =>
        (NetworkLane)reader.Byte() is var lane and (NetworkLane.Control or NetworkLane.Bulk)
            ? lane
            : throw new LintelException(ErrorCode.Corruption, "malformed frame", "unknown lane");

    private static ReadOnlyMemory<byte> Rest(ref WireReader reader) => reader.Raw(reader.Remaining);
}
