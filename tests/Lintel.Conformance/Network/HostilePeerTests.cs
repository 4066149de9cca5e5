using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Lintel.Environment.Network;
using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Conformance.Network;

/// <summary>What strangers and broken peers send to a node's port closes their connection and does nothing else.</summary>
public sealed class HostilePeerTests : IAsyncLifetime
{
    private static readonly Hello Greeting = new(TcpNode.Cluster, new NodeId(2), 99, new NodeId(1), NetworkLane.Control);
    private TcpNode _node = null!;

    public async ValueTask InitializeAsync() =>
        _node = await TcpNode.StartAsync(1, new AddressBook(), o => o with { HandshakeTimeout = TimeSpan.FromSeconds(1), FrameLengthMax = 1 << 20 });

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\u0008\u0004\u00d2\u0016\u002f")]
    public async Task Another_protocol_is_refused_and_logged(string text)
    {
        byte[] answer = await TalkAsync(Encoding.Latin1.GetBytes(text));
        Assert.Empty(answer);
        await LoggedAsync("no handshake of a Lintel node");
    }

    [Fact]
    public async Task A_node_of_another_cluster_is_told_so()
    {
        byte[] answer = await TalkAsync(HandshakeCodec.Encode(Greeting with { Cluster = new ClusterId(new Guid("00000000-0000-4000-8000-0000000000ff")) }));
        Assert.Contains("belongs to cluster 00000000-0000-4000-8000-0000000000ff", Refusal(answer).Message, StringComparison.Ordinal);
        await LoggedAsync("belongs to cluster");
    }

    [Theory]
    [InlineData(2, 3, "expected n3 here")]
    [InlineData(1, 1, "calls itself n1")]
    [InlineData(0, 1, "calls itself none")]
    public async Task A_node_that_is_mistaken_about_who_is_who_is_told_so(ulong from, ulong expected, string message)
    {
        byte[] answer = await TalkAsync(HandshakeCodec.Encode(Greeting with { From = new NodeId(from), Expected = new NodeId(expected) }));
        LintelError refusal = Refusal(answer);
        Assert.Equal(ErrorCode.WrongCluster, refusal.Code);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_two_gigabyte_length_closes_the_connection_at_once()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await TalkAsync([.. HandshakeCodec.Encode(Greeting), .. BitConverter.GetBytes(int.MaxValue), 1, 2, 3, 4]);
        await LoggedAsync("longer than allowed");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
    }

    [Fact]
    public async Task A_frame_with_a_flipped_bit_closes_the_connection_and_is_not_delivered()
    {
        byte[] frame = Frame([1, 2, 3]);
        frame[^1] ^= 4;
        await TalkAsync([.. HandshakeCodec.Encode(Greeting), .. Frame([9]), .. frame]);
        await LoggedAsync("does not match its checksum");
        await TcpNode.UntilAsync(() => _node.Received.Count == 1, "the good frame before it arrives");
    }

    [Fact]
    public async Task Truncated_bytes_close_the_connection()
    {
        await TalkAsync([.. HandshakeCodec.Encode(Greeting), .. Frame([1, 2, 3])[..^1]], halfClose: true);
        await LoggedAsync("ended in the middle of a frame");
        await TalkAsync(HandshakeCodec.Encode(Greeting)[..^1], halfClose: true);
        await LoggedAsync("before it had greeted");
        Assert.Empty(_node.Received);
    }

    [Fact]
    public async Task Who_says_nothing_is_closed_after_the_handshakes_time()
    {
        Assert.Empty(await TalkAsync([]));
        await LoggedAsync("nobody greeted in time");
    }

    [Fact]
    public async Task Random_garbage_and_cut_greetings_never_take_the_node_down()
    {
        var random = new Random(17);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = i % 2 == 0 ? new byte[random.Next(1, 300)] : [.. HandshakeCodec.Encode(Greeting), .. Frame(new byte[random.Next(40)]), .. new byte[8]];
            if (i % 2 == 0) random.NextBytes(bytes);
            else bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            await TalkAsync(bytes, halfClose: true);
        }

        byte[] answer = await TalkAsync([.. HandshakeCodec.Encode(Greeting), .. Frame([42, 42])], halfClose: true);
        var source = new ReadOnlySequence<byte>(answer);
        Assert.Null(HandshakeCodec.TryReadWelcome(ref source)!.Refusal);
        await TcpNode.UntilAsync(() => _node.Received.Any(r => r.Frame is [42, 42]), "a good peer is served");
        Assert.Empty(_node.Failures);
        Assert.DoesNotContain(_node.Log.Lines, line => line.Contains("loop of the network failed", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private Task LoggedAsync(string words) =>
        TcpNode.UntilAsync(() => _node.Log.Lines.Any(line => line.Contains(words, StringComparison.Ordinal)), $"'{words}' is logged");

    private async Task<byte[]> TalkAsync(byte[] bytes, bool halfClose = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_node.Network.LocalEndPoint!);
        NetworkStream stream = client.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(bytes);
            if (halfClose) client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(answer);
        }
        catch (IOException)
        {
            // Closed with a reset: what was answered before it counts.
        }

        return answer.ToArray();
    }

    private static LintelError Refusal(byte[] answer)
    {
        var source = new ReadOnlySequence<byte>(answer);
        return Assert.IsType<LintelError>(HandshakeCodec.TryReadWelcome(ref source)?.Refusal);
    }

    private static byte[] Frame(byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameCodec.Write(output, bytes);
        return output.WrittenSpan.ToArray();
    }
}
