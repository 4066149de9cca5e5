using System.Text;
using CsCheck;
using Lintel.Environment.Network;
using Lintel.Foundation.Tests.Worlds;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Foundation.Tests.Network;

/// <summary>Calls and messages between two nodes that share one pumped context.</summary>
public sealed class RequestChannelTests
{
    private const byte Echo = 7;
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PumpedContext _context = new();
    private readonly ManualTime _time = new();
    private readonly MemoryNetwork _wire;
    private readonly List<Exception> _failures = [];
    private readonly RequestChannel _one;
    private readonly RequestChannel _two;

    public RequestChannelTests()
    {
        _wire = new MemoryNetwork(_context);
        _one = Open(One, incarnation: 11, new RequestLimits(OutstandingMax: 3, ServingMax: 2));
        _two = Open(Two, incarnation: 22, new RequestLimits(OutstandingMax: 3, ServingMax: 2));
    }

    [Fact]
    public void A_call_is_answered_by_the_node_that_was_asked()
    {
        _two.Serve(Echo, (from, payload) => ValueTask.FromResult(Bytes($"{from} said {Text(payload)}")));
        Assert.Equal("n1 said hello", Text(Done(Call(_one, Two, "hello"))));
        Assert.Equal(0, _one.Outstanding);
    }

    [Fact]
    public void A_call_to_self_never_crosses_the_network_and_is_not_run_inside_the_call()
    {
        bool ran = false;
        _one.Serve(Echo, (_, payload) =>
        {
            ran = true;
            return ValueTask.FromResult(payload);
        });
        Task<ReadOnlyMemory<byte>>? call = null;
        _context.Run(() =>
        {
            call = _one.CallAsync(One, Echo, Bytes("me"), Second).AsTask();
            Assert.False(ran);
        });
        Assert.Equal("me", Text(Done(call!)));
        Assert.Empty(_wire.Sent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_lintel_error_is_rethrown_to_the_caller_as_it_was(ulong server)
    {
        var error = new LintelError(ErrorCode.SplitMoved, "moved", "cause", null, "details");
        (server == 1 ? _one : _two).Serve(Echo, (_, _) => throw error.ToException());
        Assert.Equal(error, Failed(Call(_one, new NodeId(server), "x")));
        Assert.Empty(_failures);
    }

    [Fact]
    public void Any_other_exception_becomes_internal_and_is_reported_where_it_happened()
    {
        _two.Serve(Echo, async (_, _) =>
        {
            await Task.Yield();
            throw new FormatException("broken");
        });
        LintelError error = Failed(Call(_one, Two, "x"));
        Assert.Equal((ErrorCode.Internal, "broken"), (error.Code, error.Cause));
        Assert.IsType<FormatException>(Assert.Single(_failures));
    }

    [Fact]
    public void A_call_times_out_by_the_environments_time_and_its_late_answer_is_dropped()
    {
        var gate = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        _two.Serve(Echo, (_, _) => new ValueTask<ReadOnlyMemory<byte>>(gate.Task));
        Task<ReadOnlyMemory<byte>> call = Call(_one, Two, "x");
        Pass(Second - TimeSpan.FromTicks(1));
        Assert.False(call.IsCompleted);
        Pass(TimeSpan.FromTicks(1));
        Assert.Equal(ErrorCode.Timeout, Failed(call).Code);
        _context.Run(() => gate.SetResult(Bytes("late")));
        Assert.Equal(1, _one.LateReplies);
        Assert.Equal(0, _one.Outstanding);
    }

    [Fact]
    public void A_lost_answer_ends_in_a_timeout()
    {
        _two.Serve(Echo, (_, payload) => ValueTask.FromResult(payload));
        _wire.Copies = (from, _, _) => from == Two ? 0 : 1;
        Task<ReadOnlyMemory<byte>> call = Call(_one, Two, "x");
        Pass(Second);
        Assert.Equal(ErrorCode.Timeout, Failed(call).Code);
    }

    [Fact]
    public void A_lost_connection_ends_the_calls_over_it_at_once_and_no_others()
    {
        _wire.Copies = (_, _, _) => 0;
        Task<ReadOnlyMemory<byte>> control = Call(_one, Two, "x");
        Task<ReadOnlyMemory<byte>> bulk = _one.CallAsync(Two, Echo, Bytes("x"), Second, NetworkLane.Bulk).AsTask();
        _wire.Lose(One, Two, NetworkLane.Control);
        _context.Run();
        Assert.Equal(ErrorCode.Timeout, Failed(control).Code);
        Assert.False(bulk.IsCompleted);
        Assert.Equal(1, _one.Outstanding);
    }

    [Fact]
    public void A_duplicated_answer_completes_a_call_once()
    {
        _two.Serve(Echo, (_, payload) => ValueTask.FromResult(payload));
        _wire.Copies = (from, _, _) => from == Two ? 2 : 1;
        Assert.Equal("x", Text(Done(Call(_one, Two, "x"))));
        Assert.Equal(1, _one.LateReplies);
    }

    [Fact]
    public void An_answer_to_a_previous_life_finds_nobody()
    {
        var gate = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        _two.Serve(Echo, (_, _) => new ValueTask<ReadOnlyMemory<byte>>(gate.Task));
        Task<ReadOnlyMemory<byte>> old = Call(_one, Two, "old");
        _one.Dispose();
        Assert.Equal(ErrorCode.Unavailable, Failed(old).Code);
        RequestChannel reborn = Open(One, incarnation: 12, RequestLimits.Default);
        Task<ReadOnlyMemory<byte>> call = Call(reborn, Two, "new");
        byte[] forThePreviousLife = _wire.Sent[0].Frame;
        Assert.NotEqual(forThePreviousLife, _wire.Sent[1].Frame);
        gate.SetResult(Bytes("answer"));
        _context.Run();
        Assert.Equal("answer", Text(Done(call)));
        Assert.Equal(1, reborn.LateReplies);
    }

    [Fact]
    public void An_answer_from_a_node_that_was_not_asked_is_dropped()
    {
        NodeId three = new(3);
        Open(three, incarnation: 33, RequestLimits.Default);
        _two.Serve(Echo, (_, payload) => ValueTask.FromResult(payload));
        _wire.Copies = (from, _, _) => from == Two ? 0 : 1;
        Task<ReadOnlyMemory<byte>> call = Call(_one, Two, "x");
        _wire.Deliver(three, One, _wire.Sent[^1].Frame);
        _context.Run();
        Assert.False(call.IsCompleted);
        Assert.Equal(1, _one.LateReplies);
    }

    [Fact]
    public void Too_many_outstanding_calls_are_refused_as_busy()
    {
        _wire.Copies = (_, _, _) => 0;
        for (int i = 0; i < 3; i++) _ = Call(_one, Two, "x");
        Assert.Equal(ErrorCode.Busy, Failed(Call(_one, Two, "x")).Code);
        Pass(Second);
        Assert.Equal(0, _one.Outstanding);
    }

    [Fact]
    public void Too_many_requests_at_once_are_answered_busy()
    {
        var gate = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        _two.Serve(Echo, (_, _) => new ValueTask<ReadOnlyMemory<byte>>(gate.Task));
        Task<ReadOnlyMemory<byte>>[] calls = [Call(_one, Two, "a"), Call(_one, Two, "b"), Call(_one, Two, "c")];
        Assert.Equal(ErrorCode.Busy, Failed(calls[2]).Code);
        _context.Run(() => gate.SetResult(Bytes("ok")));
        Assert.Equal("ok", Text(Done(calls[1])));
        Assert.Equal(0, _two.Serving);
    }

    [Fact]
    public void A_cancelled_call_ends_cancelled()
    {
        using var source = new CancellationTokenSource();
        _wire.Copies = (_, _, _) => 0;
        Task<ReadOnlyMemory<byte>> call = _one.CallAsync(Two, Echo, Bytes("x"), Second, source.Token).AsTask();
        source.Cancel();
        _context.Run();
        Assert.True(call.IsCanceled);
        Assert.Equal(0, _one.Outstanding);
    }

    [Fact]
    public void An_unknown_node_and_an_unknown_service_are_unavailable()
    {
        Assert.Equal(ErrorCode.Unavailable, Failed(Call(_one, new NodeId(9), "x")).Code);
        Assert.Equal(ErrorCode.Unavailable, Failed(Call(_one, Two, "x")).Code);
    }

    [Fact]
    public void A_bulk_call_is_answered_on_the_bulk_lane()
    {
        _two.Serve(Echo, (_, payload) => ValueTask.FromResult(payload));
        Task<ReadOnlyMemory<byte>> call = _one.CallAsync(Two, Echo, Bytes("x"), Second, NetworkLane.Bulk).AsTask();
        _context.Run();
        Assert.Equal("x", Text(Done(call)));
        Assert.All(_wire.Sent, sent => Assert.Equal(NetworkLane.Bulk, sent.Lane));
    }

    [Fact]
    public void Messages_reach_their_service_and_a_failing_handler_is_reported()
    {
        var seen = new List<string>();
        _two.OnMessage(Echo, (from, payload) => seen.Add($"{from} {Text(payload)}"));
        _two.OnMessage(8, (_, _) => throw new FormatException("broken"));
        Assert.True(_one.Send(Two, 8, Bytes("x")));
        Assert.True(_one.Send(Two, Echo, Bytes("remote")));
        Assert.True(_two.Send(Two, Echo, Bytes("local")));
        Assert.True(_one.Send(Two, 99, Bytes("nobody")));
        Assert.False(_one.Send(new NodeId(9), Echo, Bytes("nowhere")));
        _context.Run();
        Assert.Equal(["n2 local", "n1 remote"], seen.OrderByDescending(s => s));
        Assert.IsType<FormatException>(Assert.Single(_failures));
        Assert.Equal(1, _two.UnservedMessages);
    }

    [Fact]
    public void Garbage_frames_are_reported_as_corruption_and_nothing_else_happens() =>
        Gen.Byte.Array[0, 30].Sample(
            garbage =>
            {
                _failures.Clear();
                _wire.Deliver(Two, One, garbage);
                _context.Run();
                Assert.All(_failures, f => Assert.Equal(ErrorCode.Corruption, Assert.IsType<LintelException>(f).Error.Code));
            },
            iter: 5_000, threads: 1);

    private RequestChannel Open(NodeId node, ulong incarnation, RequestLimits limits) =>
        new(_wire.Join(node), _time, _context, incarnation, _failures.Add, limits);

    private Task<ReadOnlyMemory<byte>> Call(RequestChannel channel, NodeId to, string text)
    {
        Task<ReadOnlyMemory<byte>> call = channel.CallAsync(to, Echo, Bytes(text), Second).AsTask();
        _context.Run();
        return call;
    }

    private void Pass(TimeSpan by)
    {
        _time.Advance(by);
        _context.Run();
    }

    private static ReadOnlyMemory<byte> Done(Task<ReadOnlyMemory<byte>> call)
    {
        Assert.True(call.IsCompletedSuccessfully, $"{call.Status} {call.Exception}");
        return call.Result;
    }

    private static LintelError Failed(Task<ReadOnlyMemory<byte>> call)
    {
        Assert.True(call.IsFaulted, $"{call.Status}");
        return Assert.IsType<LintelException>(call.Exception!.InnerException).Error;
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
