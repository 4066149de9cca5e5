using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Lintel.Doors.Tests.Codec;

/// <summary>The client's side of the codec: builds messages from their fields, so that parsed ones can be built again.</summary>
internal sealed class FrontendEncoder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public static byte[] Message(char kind, Action<FrontendEncoder> fields)
    {
        var body = new FrontendEncoder();
        fields(body);
        var message = new FrontendEncoder();
        message.Byte((byte)kind).Int32(body._bytes.WrittenCount + 4).Bytes(body.ToArray());
        return message.ToArray();
    }

    public static byte[] Packet(Action<FrontendEncoder> fields)
    {
        var body = new FrontendEncoder();
        fields(body);
        return new FrontendEncoder().Int32(body._bytes.WrittenCount + 4).Bytes(body.ToArray()).ToArray();
    }

    public static byte[] Startup(params string[] words) => Packet(packet =>
    {
        packet.Int32(3 << 16);
        foreach (string word in words) packet.Text(word);
        packet.Byte(0);
    });

    public FrontendEncoder Byte(byte value)
    {
        _bytes.Write([value]);
        return this;
    }

    public FrontendEncoder Int16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        _bytes.Write(bytes);
        return this;
    }

    public FrontendEncoder Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public FrontendEncoder Text(ReadOnlySpan<byte> value) => Bytes(value).Byte(0);

    public FrontendEncoder Text(string value) => Text(Encoding.UTF8.GetBytes(value));

    public FrontendEncoder Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
