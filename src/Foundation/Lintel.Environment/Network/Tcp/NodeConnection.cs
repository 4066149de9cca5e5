using System.Buffers;
using System.IO.Pipelines;
using Lintel.Primitives.Errors;
using Microsoft.AspNetCore.Connections;

namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// A greeted connection with another node: one loop writes what its lane has queued, many frames to a write; another
/// reads frames and delivers them. It ends when either side closes it, when anything but whole frames arrives, or when
/// the lane retires it in favour of another connection: then it writes no more, still reads what is on its way, and is
/// closed after a while by the side that made it.
/// </summary>
#pragma warning disable CA1001 // its cancellation sources hold no timer and may be cancelled after the end: nothing to dispose
internal sealed class NodeConnection
#pragma warning restore CA1001
{
    // What is gathered before it is flushed: a few packets' worth, so that a burst of small frames is one system call.
    private const int WriteBatchBytes = 64 << 10;

    // A close ends both directions at once: what is on its way gets this long to arrive.
    private static readonly TimeSpan RetiredFor = TimeSpan.FromSeconds(5);
    private readonly ConnectionContext _transport;
    private readonly PeerLane _lane;
    private readonly FrameInbox _inbox;
    private readonly NetworkCounters _counters;
    private readonly int _frameLengthMax;
    private readonly TimeProvider _time;

    // Cancelled from any thread, also when the connection has ended.
    private readonly CancellationTokenSource _retired = new();
    private readonly CancellationTokenSource _closed = new();

    internal NodeConnection(
        ConnectionContext transport, PeerLane lane, ulong peerIncarnation, bool isDialedHere, FrameInbox inbox, NetworkCounters counters, int frameLengthMax, TimeProvider time)
    {
        (_transport, _lane, _inbox, _counters, _frameLengthMax) = (transport, lane, inbox, counters, frameLengthMax);
        _time = time;
        (PeerIncarnation, IsDialedHere) = (peerIncarnation, isDialedHere);
    }

    /// <summary>Which life of the peer is at the other end.</summary>
    internal ulong PeerIncarnation { get; }

    /// <summary>Whether this side connected.</summary>
    internal bool IsDialedHere { get; }

    /// <summary>Whether the lane took another connection while this one was well.</summary>
    internal bool IsRetired { get; private set; }

    /// <summary>Why it ended, for the log.</summary>
    internal string Ending { get; private set; } = "the peer closed it";

    /// <summary>Stops writing: another connection carries the lane.</summary>
    internal void Retire()
    {
        IsRetired = true;
        _retired.Cancel();
    }

    /// <summary>Ends it at once.</summary>
    internal void Abort(string why)
    {
        if (!_closed.IsCancellationRequested) Ending = why;
        _closed.Cancel();
        _retired.Cancel();
        _transport.Abort(new ConnectionAbortedException(why));
    }

    /// <summary>Runs both loops until the connection has ended.</summary>
    internal async Task RunAsync()
    {
        Task writing = WriteAsync();
        try
        {
            await ReadAsync();
        }
        catch (LintelException broken)
        {
            _counters.Refused();
            _lane.OnBrokenFrames(broken.Error);
            Abort(broken.Error.Message);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            if (!_closed.IsCancellationRequested) Ending = broken.Message;
        }

        Abort(Ending);
        await writing;
    }

    private async Task WriteAsync()
    {
        PipeWriter output = _transport.Transport.Output;
        try
        {
            while (!_retired.IsCancellationRequested)
            {
                if (!TryFill(output)) await _lane.WaitAsync(_retired.Token);
                else if ((await output.FlushAsync(_closed.Token)).IsCompleted) break;
            }
        }
        catch (OperationCanceledException)
        {
            // Retired or closed while it waited.
        }
        catch (IOException broken)
        {
            Abort(broken.Message);
        }

        if (!_closed.IsCancellationRequested && IsDialedHere) await CloseRetiredAsync();
    }

    private async Task CloseRetiredAsync()
    {
        try
        {
            await Task.Delay(RetiredFor, _time, _closed.Token);
            Abort("the lane has another connection");
        }
        catch (OperationCanceledException)
        {
            // The peer was faster.
        }
    }

    private bool TryFill(PipeWriter output)
    {
        int frames = 0;
        long bytes = 0;
        while (bytes < WriteBatchBytes && _lane.TryTake(out ReadOnlyMemory<byte> frame))
        {
            FrameCodec.Write(output, frame.Span);
            frames++;
            bytes += FrameCodec.HeaderLength + frame.Length;
        }

        if (frames > 0) _counters.Sent(frames, bytes);
        return frames > 0;
    }

    private async Task ReadAsync()
    {
        PipeReader input = _transport.Transport.Input;
        Task taken = Task.CompletedTask;
        while (true)
        {
            ReadResult result = await input.ReadAsync(_closed.Token);
            ReadOnlySequence<byte> source = result.Buffer;
            long before = source.Length;
            var frames = new List<byte[]>();
            FrameParse parse = TakeFrames(ref source, frames);
            long left = source.Length;
            input.AdvanceTo(source.Start, source.End);
            if (frames.Count > 0)
            {
                _counters.Received(frames.Count, before - left);
                await taken.WaitAsync(_closed.Token);
                taken = _inbox.DeliverAsync(_lane.Peer, frames);
            }

            if (parse != FrameParse.NeedMore) throw Broken(parse);
            if (!result.IsCompleted) continue;
            if (left > 0) throw Truncated(left);
            return;
        }
    }

    private FrameParse TakeFrames(ref ReadOnlySequence<byte> source, List<byte[]> frames)
    {
        while (true)
        {
            FrameParse parse = FrameCodec.TryRead(ref source, _frameLengthMax, out byte[] frame);
            if (parse != FrameParse.Frame) return parse;
            frames.Add(frame);
        }
    }

    private LintelException Broken(FrameParse parse) => parse == FrameParse.TooLong
        ? new(ErrorCode.Corruption, "a frame claims to be longer than allowed", $"the bound is {_frameLengthMax} bytes")
        : new(ErrorCode.Corruption, "a frame does not match its checksum", "its bytes changed on their way, or were none of Lintel's");

    private static LintelException Truncated(long left) =>
        new(ErrorCode.Corruption, "the connection ended in the middle of a frame", $"{left} bytes of it had arrived");
}
