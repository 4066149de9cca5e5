using System.Buffers;
using System.Buffers.Binary;
using Lintel.Primitives.Codec;

namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// A frame on a connection: its length in bytes (32 bits, little-endian, the header not counted), a CRC-32C over that
/// length and the bytes, and the bytes. Nothing of a frame is looked at before its checksum has been compared, and
/// nothing is allocated for a length above the bound.
/// </summary>
public static class FrameCodec
{
    /// <summary>Bytes before the frame's own.</summary>
    public const int HeaderLength = 8;

    /// <summary>Appends <paramref name="frame"/>.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> frame)
    {
        Span<byte> header = output.GetSpan(HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(header, frame.Length);
        uint running = Crc32C.Append(uint.MaxValue, header[..4]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], ~Crc32C.Append(running, frame));
        output.Advance(HeaderLength);
        output.Write(frame);
    }

    /// <summary>
    /// Takes one frame of at most <paramref name="lengthMax"/> bytes off the front of <paramref name="source"/>, which
    /// moves past it. The frame is a copy of its own. After TooLong or Damaged the rest of the source means nothing.
    /// </summary>
    public static FrameParse TryRead(ref ReadOnlySequence<byte> source, int lengthMax, out byte[] frame)
    {
        frame = [];
        if (source.Length < HeaderLength) return FrameParse.NeedMore;
        Span<byte> header = stackalloc byte[HeaderLength];
        source.Slice(0, HeaderLength).CopyTo(header);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length > (uint)lengthMax) return FrameParse.TooLong;
        if (source.Length - HeaderLength < length) return FrameParse.NeedMore;

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        source.Slice(HeaderLength, length).CopyTo(bytes);
        uint running = Crc32C.Append(uint.MaxValue, header[..4]);
        if (~Crc32C.Append(running, bytes) != BinaryPrimitives.ReadUInt32LittleEndian(header[4..])) return FrameParse.Damaged;
        source = source.Slice(HeaderLength + length);
        frame = bytes;
        return FrameParse.Frame;
    }
}
