using System.Buffers;
using System.Buffers.Binary;
using Lintel.Doors.Postgres.Codec;
using Lintel.Primitives.Random;
using Xunit;

namespace Lintel.Doors.Tests.Codec;

/// <summary>
/// The frontend codec under bytes that nobody meant: every message whole, cut at every byte, cut into segments, with bytes
/// changed, and plain noise. What is accepted must mean its bytes: built again it is the same.
/// </summary>
public sealed class FrontendFuzzTests
{
    private static readonly FrameLimits Limits = new() { MessageBytesMax = 1 << 16, SmallMessageBytesMax = 1 << 10 };

    [Fact]
    public void Every_message_cut_short_asks_for_more_and_whole_reads_as_itself()
    {
        foreach (byte[] message in Samples())
        {
            for (int length = 0; length < message.Length; length++)
            {
                var part = new ReadOnlySequence<byte>(message, 0, length);
                Assert.Equal(ParseStatus.NeedMore, FrontendFrame.TryRead(ref part, Limits, out _, out _));
                Assert.Equal(length, part.Length);
            }

            var whole = new ReadOnlySequence<byte>(message);
            Assert.Equal(ParseStatus.Ok, FrontendFrame.TryRead(ref whole, Limits, out FrontendFrame frame, out _));
            Assert.Equal(0, whole.Length);
            Assert.Equal(message, FrontendMirror.Rebuild(frame));
        }
    }

    [Fact]
    public void A_payload_cut_short_is_malformed_and_never_read_past_its_end()
    {
        foreach (byte[] message in Samples().Where(HasFields))
        {
            for (int length = FrontendFrame.HeaderLength; length < message.Length; length++)
            {
                byte[] cut = message[..length];
                BinaryPrimitives.WriteInt32BigEndian(cut.AsSpan(1), length - 1);
                var buffer = new ReadOnlySequence<byte>(cut);
                Assert.Equal(ParseStatus.Ok, FrontendFrame.TryRead(ref buffer, Limits, out FrontendFrame frame, out _));
                Assert.Null(FrontendMirror.Rebuild(frame));
            }
        }
    }

    [Fact]
    public void Segments_make_no_difference()
    {
        foreach (byte[] message in Samples())
        {
            for (int cut = 1; cut < message.Length; cut++)
            {
                ReadOnlySequence<byte> segments = Segments.Of(message[..cut], message[cut..]);
                Assert.Equal(ParseStatus.Ok, FrontendFrame.TryRead(ref segments, Limits, out FrontendFrame frame, out _));
                Assert.Equal(message, FrontendMirror.Rebuild(frame));
            }
        }
    }

    [Fact]
    public void Changed_bytes_are_refused_or_mean_what_they_say()
    {
        var random = new Prng(7);
        byte[][] samples = Samples().ToArray();
        for (int round = 0; round < 40_000; round++)
        {
            byte[] message = (byte[])samples[random.Next(samples.Length)].Clone();
            int changes = 1 + (int)random.Next(4);
            for (int i = 0; i < changes; i++) message[random.Next(message.Length)] = (byte)random.Next(256);
            Check(message);
        }
    }

    [Fact]
    public void Noise_is_refused_or_means_what_it_says()
    {
        var random = new Prng(11);
        for (int round = 0; round < 40_000; round++)
        {
            var noise = new byte[random.Next(64)];
            for (int i = 0; i < noise.Length; i++) noise[i] = (byte)random.Next(256);
            Check(noise);
            var startup = new ReadOnlySequence<byte>(noise);
            ParseStatus status = StartupPacket.TryRead(ref startup, out StartupPacket? packet, out string? reason);
            Assert.Equal(status == ParseStatus.Ok, packet is not null);
            Assert.Equal(status == ParseStatus.Malformed, reason is not null);
        }
    }

    [Theory]
    [InlineData('Q', int.MaxValue)]
    [InlineData('d', int.MaxValue)]
    [InlineData('B', (1 << 16) + 5)]
    [InlineData('S', (1 << 10) + 5)]
    [InlineData('Q', 3)]
    [InlineData('Q', -1)]
    [InlineData('Q', int.MinValue)]
    public void A_length_out_of_bounds_is_refused_from_the_header_alone(char kind, int length)
    {
        var header = new byte[5];
        header[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var buffer = new ReadOnlySequence<byte>(header);
        Assert.Equal(ParseStatus.Malformed, FrontendFrame.TryRead(ref buffer, Limits, out _, out string? reason));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 12);
        Assert.Contains("invalid message length", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_of_parameters_that_the_message_cannot_hold_is_malformed()
    {
        byte[] bind = FrontendEncoder.Message('B', bytes => bytes.Text("").Text("").Int16(0).Int16(65_535).Int32(-1).Int16(0));
        var buffer = new ReadOnlySequence<byte>(bind);
        Assert.Equal(ParseStatus.Ok, FrontendFrame.TryRead(ref buffer, Limits, out FrontendFrame frame, out _));
        Assert.False(BindMessage.TryParse(frame.Payload.ToArray(), out _));
    }

    internal static IEnumerable<byte[]> Samples()
    {
        yield return FrontendEncoder.Message('Q', bytes => bytes.Text("SELECT 1; SELECT 'ünï'"));
        yield return FrontendEncoder.Message('Q', bytes => bytes.Text(""));
        yield return FrontendEncoder.Message('P', bytes => bytes.Text("").Text("SELECT $1").Int16(0));
        yield return FrontendEncoder.Message('P', bytes => bytes.Text("s1").Text("SELECT $1, $2").Int16(2).Int32(23).Int32(0));
        yield return FrontendEncoder.Message('B', bytes => bytes.Text("").Text("").Int16(0).Int16(0).Int16(0));
        yield return FrontendEncoder.Message('B', bytes => bytes.Text("p").Text("s1")
            .Int16(2).Int16(0).Int16(1).Int16(3).Int32(1).Bytes("7"u8).Int32(-1).Int32(0).Int16(1).Int16(1));
        yield return FrontendEncoder.Message('D', bytes => bytes.Byte((byte)'S').Text("s1"));
        yield return FrontendEncoder.Message('D', bytes => bytes.Byte((byte)'P').Text(""));
        yield return FrontendEncoder.Message('E', bytes => bytes.Text("p").Int32(100));
        yield return FrontendEncoder.Message('C', bytes => bytes.Byte((byte)'P').Text("p"));
        yield return FrontendEncoder.Message('S', _ => { });
        yield return FrontendEncoder.Message('H', _ => { });
        yield return FrontendEncoder.Message('X', _ => { });
        yield return FrontendEncoder.Message('c', _ => { });
        yield return FrontendEncoder.Message('d', bytes => bytes.Bytes("1\ttext\n"u8));
        yield return FrontendEncoder.Message('f', bytes => bytes.Text("gave up"));
        yield return FrontendEncoder.Message('p', bytes => bytes.Text("SCRAM-SHA-256").Int32(4).Bytes("n,,n"u8));
    }

    private static bool HasFields(byte[] message) => (char)message[0] is 'Q' or 'P' or 'B' or 'D' or 'E' or 'C' or 'f';

    private static void Check(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        ParseStatus status = FrontendFrame.TryRead(ref buffer, Limits, out FrontendFrame frame, out string? reason);
        Assert.Equal(status == ParseStatus.Malformed, reason is not null);
        if (status != ParseStatus.Ok) return;
        byte[]? rebuilt = FrontendMirror.Rebuild(frame);
        if (rebuilt is null) return;
        byte[] original = bytes[..(int)(bytes.Length - buffer.Length)];
        // A negative row limit reads as "all rows".
        if (frame.Kind == FrontendKind.Execute && original[^4] >= 0x80) original.AsSpan()[^4..].Clear();
        Assert.Equal(original, rebuilt);
    }
}
