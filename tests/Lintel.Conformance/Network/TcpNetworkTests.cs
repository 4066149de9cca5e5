using System.Buffers.Binary;
using Lintel.Environment.Network;
using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Conformance.Network;

/// <summary>Frames between nodes over real sockets.</summary>
public sealed class TcpNetworkTests
{
    private readonly AddressBook _book = new();

    [Fact]
    public async Task Frames_arrive_whole_in_order_and_on_the_context_over_one_connection_per_lane()
    {
        await using TcpNode one = await JoinAsync(1);
        await using TcpNode two = await JoinAsync(2);
        Assert.True(one.Send(2, Numbered(0, 0)));
        await TcpNode.UntilAsync(() => two.Network.IsConnected(new NodeId(1)), "they are connected");
        Assert.True(two.Send(1, Numbered(0, 0)));
        for (int i = 1; i < 2_000; i++)
        {
            Assert.True(one.Send(2, Numbered(i, i % 700)));
            Assert.True(two.Send(1, Numbered(i, i % 300)));
        }

        await TcpNode.UntilAsync(() => one.Received.Count == 2_000 && two.Received.Count == 2_000, "all frames arrive");
        Assert.Equal(Enumerable.Range(0, 2_000), two.Received.Select(r => BinaryPrimitives.ReadInt32LittleEndian(r.Frame)));
        Assert.All(two.Received, r => Assert.Equal(new NodeId(1), r.From));
        Assert.All(two.Received, r => Assert.Equal(Numbered(Number(r.Frame), Number(r.Frame) % 700), r.Frame));
        Assert.Empty(one.Failures.Concat(two.Failures));
        Assert.Equal(1, one.Network.Counters.Connects);
        Assert.InRange(one.Network.Counters.Writes, 1, 1_000);
    }

    [Fact]
    public async Task A_node_that_knows_no_address_answers_over_the_connection_that_was_made_to_it()
    {
        await using TcpNode one = await TcpNode.StartAsync(1, new AddressBook());
        await using TcpNode two = await JoinAsync(2);
        _book.Set(new NodeId(1), one.Address);
        Assert.False(one.Send(2, [1]));
        Assert.True(two.Send(1, [2]));
        await TcpNode.UntilAsync(() => one.Received.Count == 1, "the frame arrives");
        await TcpNode.UntilAsync(() => one.Send(2, [3]), "there is a way back");
        await TcpNode.UntilAsync(() => two.Received.Count == 1, "the answer arrives");
        Assert.Equal(1, two.Network.Counters.Connects);
    }

    [Fact]
    public async Task Bulk_frames_use_a_connection_of_their_own()
    {
        await using TcpNode one = await JoinAsync(1);
        await using TcpNode two = await JoinAsync(2);
        byte[] bulk = new byte[12 << 20];
        Random.Shared.NextBytes(bulk);
        Assert.True(one.Send(2, bulk, NetworkLane.Bulk));
        Assert.True(one.Send(2, [1]));
        await TcpNode.UntilAsync(() => two.Received.Count == 2, "both arrive");
        Assert.Contains(two.Received, r => r.Frame.AsSpan().SequenceEqual(bulk));
        Assert.Equal(2, one.Network.Counters.Connects);
    }

    [Fact]
    public async Task A_node_that_returns_at_the_same_address_is_reached_again()
    {
        await using TcpNode one = await JoinAsync(1);
        TcpNode two = await JoinAsync(2);
        int port = two.Address.Port;
        one.Send(2, [1]);
        await TcpNode.UntilAsync(() => two.Received.Count == 1, "the first arrives");
        await two.DisposeAsync();
        await TcpNode.UntilAsync(() => !one.Send(2, [2]), "sends are refused while nobody is there");
        await TcpNode.UntilAsync(() => one.Lost.Contains(new NodeId(2)), "the loss is told");

        await using TcpNode again = await TcpNode.StartAsync(2, _book, o => o with { Listen = new(System.Net.IPAddress.Loopback, port) });
        await TcpNode.UntilAsync(() => one.Send(2, [3]) && !again.Received.IsEmpty, "the returned node receives");
        Assert.Single(one.Log.Lines, line => line.Contains("cannot connect to n2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_sent_to_a_node_that_starts_a_moment_later_arrives()
    {
        await using TcpNode one = await JoinAsync(1);
        await using TcpNode placeholder = await TcpNode.StartAsync(2, new AddressBook());
        NodeAddress later = placeholder.Address;
        await placeholder.DisposeAsync();
        _book.Set(new NodeId(2), later);
        Assert.True(one.Send(2, [7]));
        await TcpNode.UntilAsync(() => one.Network.Counters.ConnectFailures > 0, "the first try fails");
        await using TcpNode two = await TcpNode.StartAsync(2, _book, o => o with { Listen = new(System.Net.IPAddress.Loopback, later.Port) });
        await TcpNode.UntilAsync(() => two.Received.Any(r => r.Frame is [7]), "the frame arrives");
        Assert.Empty(one.Lost);
    }

    [Fact]
    public async Task A_node_that_moves_is_reached_at_its_new_address()
    {
        await using TcpNode one = await JoinAsync(1);
        await using (TcpNode two = await JoinAsync(2))
        {
            one.Send(2, [1]);
            await TcpNode.UntilAsync(() => two.Received.Count == 1, "the first arrives");
        }

        await using TcpNode moved = await TcpNode.StartAsync(2, _book);
        _book.Set(new NodeId(2), moved.Address);
        await TcpNode.UntilAsync(() => one.Send(2, [2]) && !moved.Received.IsEmpty, "the moved node receives");
    }

    [Fact]
    public async Task Both_sides_connecting_at_once_end_with_one_connection_and_lose_nothing()
    {
        for (int round = 0; round < 20; round++)
        {
            var book = new AddressBook();
            await using TcpNode one = await TcpNode.StartAsync(1, book);
            await using TcpNode two = await TcpNode.StartAsync(2, book);
            book.Set(new NodeId(1), one.Address);
            book.Set(new NodeId(2), two.Address);
            for (int i = 0; i < 50; i++)
            {
                Assert.True(one.Send(2, [(byte)i]) & two.Send(1, [(byte)i]));
                if (i % 10 == 0) await Task.Yield();
            }

            await TcpNode.UntilAsync(() => one.Received.Count == 50 && two.Received.Count == 50, $"all arrive in round {round}");
            Assert.Empty(one.Log.Lines.Concat(two.Log.Lines));
        }
    }

    [Fact]
    public async Task A_node_that_takes_nothing_fills_the_bounded_queue_and_sends_are_refused()
    {
        var gate = new TaskCompletionSource();
        await using TcpNode one = await JoinAsync(1, o => o with { QueuedFramesMax = 64, QueuedBytesMax = 1 << 20 });
        await using TcpNode two = await JoinAsync(2, null, gate);
        byte[] frame = new byte[64 << 10];
        int accepted = 0;
        await TcpNode.UntilAsync(
            () =>
            {
                while (one.Send(2, frame)) accepted++;
                return one.Network.Counters.FramesDropped > 200;
            },
            "sends are refused");
        Assert.InRange((long)accepted * frame.Length, 1 << 20, 64 << 20);
        gate.SetResult();
        await TcpNode.UntilAsync(() => two.Received.Count == accepted, "what was accepted arrives");
    }

    [Fact]
    public async Task A_frame_above_the_bound_is_refused_to_the_sender()
    {
        await using TcpNode one = await JoinAsync(1, o => o with { FrameLengthMax = 1000 });
        await using TcpNode two = await JoinAsync(2);
        Assert.False(one.Send(2, new byte[1001]));
        Assert.True(one.Send(2, new byte[1000]));
        await TcpNode.UntilAsync(() => two.Received.Count == 1, "the other arrives");
        Assert.Contains(one.Log.Lines, line => line.Contains("dropped a frame of 1001 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_in_use_is_a_clear_error()
    {
        await using TcpNode one = await JoinAsync(1);
        var refused = await Assert.ThrowsAsync<Primitives.Errors.LintelException>(
            () => TcpNode.StartAsync(2, _book, o => o with { Listen = one.Network.LocalEndPoint! }));
        Assert.Equal(Primitives.Errors.ErrorCode.FailedPrecondition, refused.Error.Code);
    }

    private async Task<TcpNode> JoinAsync(
        ulong id, Func<TcpNetworkOptions, TcpNetworkOptions>? change = null, TaskCompletionSource? gate = null)
    {
        TcpNode node = await TcpNode.StartAsync(id, _book, change, gate);
        _book.Set(new NodeId(id), node.Address);
        return node;
    }

    private static byte[] Numbered(int number, int padding)
    {
        byte[] frame = new byte[4 + padding];
        BinaryPrimitives.WriteInt32LittleEndian(frame, number);
        frame.AsSpan(4).Fill((byte)number);
        return frame;
    }

    private static int Number(byte[] frame) => BinaryPrimitives.ReadInt32LittleEndian(frame);
}
