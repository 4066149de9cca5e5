using System.Buffers;
using System.Buffers.Binary;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;

namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// The first message of each side of a connection: magic "LNTL", version (16 bits), length of the body (16 bits), a
/// CRC-32C over all of it but itself, and the body. The header's layout is the same in every version, so that a peer of
/// another version is told so instead of being taken for garbage.
/// </summary>
public static class HandshakeCodec
{
    /// <summary>The version of everything between nodes: handshake, frames and what is in them.</summary>
    public const int Version = 1;

    /// <summary>Bytes before the body.</summary>
    public const int HeaderLength = 12;

    /// <summary>The longest body: a refusal with its texts fits.</summary>
    public const int BodyLengthMax = 4096;

    private static ReadOnlySpan<byte> Magic => "LNTL"u8;

    /// <summary>Encodes the greeting of the side that connects.</summary>
    public static byte[] Encode(Hello hello)
    {
        var body = new WireWriter();
        hello.Write(body);
        return Wrap(body.Written.Span);
    }

    /// <summary>Encodes the answer to it.</summary>
    public static byte[] Encode(Welcome welcome)
    {
        var body = new WireWriter();
        welcome.Write(body);
        return Wrap(body.Written.Span);
    }

    /// <summary>
    /// Takes a <see cref="Hello"/> off the front of <paramref name="source"/>; null while bytes are missing. Bytes that
    /// are no handshake fail as Corruption as soon as they show it, another version as WrongCluster.
    /// </summary>
    public static Hello? TryReadHello(ref ReadOnlySequence<byte> source)
    {
        if (TryTakeBody(ref source) is not { } body) return null;
        var reader = new WireReader(body);
        Hello hello = Hello.Read(ref reader);
        reader.End();
        return hello.Lane is NetworkLane.Control or NetworkLane.Bulk ? hello : throw NoHandshake($"{(int)hello.Lane} is no lane");
    }

    /// <summary>Takes a <see cref="Welcome"/> off the front of <paramref name="source"/>, as <see cref="TryReadHello"/> does.</summary>
    public static Welcome? TryReadWelcome(ref ReadOnlySequence<byte> source)
    {
        if (TryTakeBody(ref source) is not { } body) return null;
        var reader = new WireReader(body);
        Welcome welcome = Welcome.Read(ref reader);
        reader.End();
        return welcome;
    }

    private static byte[] Wrap(ReadOnlySpan<byte> body)
    {
        byte[] message = new byte[HeaderLength + body.Length];
        Magic.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), checked((ushort)body.Length));
        body.CopyTo(message.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), Checksum(message));
        return message;
    }

    private static byte[]? TryTakeBody(ref ReadOnlySequence<byte> source)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        int there = (int)Math.Min(source.Length, HeaderLength);
        source.Slice(0, there).CopyTo(header);
        int magic = Math.Min(there, Magic.Length);
        if (!header[..magic].SequenceEqual(Magic[..magic])) throw NoHandshake("it does not begin as one");
        if (there < HeaderLength) return null;

        int version = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        if (version != Version)
        {
            throw new LintelException(
                ErrorCode.WrongCluster,
                $"the peer speaks version {version} between nodes, this node speaks {Version}",
                null,
                "run the same version of Lintel on all nodes, or a version that can talk to both");
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        if (length > BodyLengthMax) throw NoHandshake($"it claims {length} bytes");
        if (source.Length < HeaderLength + length) return null;
        byte[] message = source.Slice(0, HeaderLength + length).ToArray();
        if (BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(8)) != Checksum(message)) throw NoHandshake("its checksum does not match");
        source = source.Slice(message.Length);
        return message[HeaderLength..];
    }

    private static uint Checksum(ReadOnlySpan<byte> message) =>
        ~Crc32C.Append(Crc32C.Append(uint.MaxValue, message[..8]), message[HeaderLength..]);

    private static LintelException NoHandshake(string why) => new(
        ErrorCode.Corruption, "what was received is no handshake of a Lintel node", why, "see what else connects to this port, or which port was dialled");
}
