using System.Buffers;
using CsCheck;
using Lintel.Environment.Network.Tcp;
using Xunit;

namespace Lintel.Foundation.Tests.Network;

/// <summary>Frames as bytes: what is written is read, and nothing else is ever taken for a frame.</summary>
public sealed class FrameCodecTests
{
    private const int LengthMax = 1000;
    private static readonly Gen<byte[][]> Frames = Gen.Byte.Array[0, 40].Array[1, 6];

    [Fact]
    public void What_is_written_is_read_however_the_bytes_are_cut() =>
        Gen.Select(Frames, Gen.Int[1, 17]).Sample(
            (frames, piece) =>
            {
                byte[] bytes = Encode(frames);
                var source = Chop(bytes, piece);
                foreach (byte[] expected in frames)
                {
                    Assert.Equal(FrameParse.Frame, FrameCodec.TryRead(ref source, LengthMax, out byte[] frame));
                    Assert.Equal(expected, frame);
                }

                Assert.Equal(FrameParse.NeedMore, FrameCodec.TryRead(ref source, LengthMax, out _));
                Assert.Equal(0, source.Length);
            },
            iter: 2_000, threads: 1);

    [Fact]
    public void Every_prefix_of_a_frame_needs_more_and_takes_nothing()
    {
        byte[] bytes = Encode([[1, 2, 3, 4, 5]]);
        for (int length = 0; length < bytes.Length; length++)
        {
            var source = new ReadOnlySequence<byte>(bytes, 0, length);
            Assert.Equal(FrameParse.NeedMore, FrameCodec.TryRead(ref source, LengthMax, out _));
            Assert.Equal(length, source.Length);
        }
    }

    [Fact]
    public void Any_flipped_bit_is_noticed()
    {
        byte[] good = Encode([[10, 20, 30, 40]]);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            var source = new ReadOnlySequence<byte>(bad);
            Assert.NotEqual(FrameParse.Frame, FrameCodec.TryRead(ref source, LengthMax, out _));
        }
    }

    [Theory]
    [InlineData(LengthMax + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    public void A_lying_length_is_refused_before_its_bytes_arrive(int length)
    {
        var source = new ReadOnlySequence<byte>([.. BitConverter.GetBytes(length), 0, 0, 0, 0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(FrameParse.TooLong, FrameCodec.TryRead(ref source, LengthMax, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Fact]
    public void Garbage_is_no_frame() =>
        Gen.Byte.Array[FrameCodec.HeaderLength, 200].Sample(
            garbage =>
            {
                var source = new ReadOnlySequence<byte>(garbage);
                Assert.NotEqual(FrameParse.Frame, FrameCodec.TryRead(ref source, LengthMax, out _));
            },
            iter: 5_000, threads: 1);

    private static byte[] Encode(byte[][] frames)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (byte[] frame in frames) FrameCodec.Write(output, frame);
        return output.WrittenSpan.ToArray();
    }

    private static ReadOnlySequence<byte> Chop(byte[] bytes, int piece) => Segments.Of(bytes.Chunk(piece).ToArray());
}
