using System.Buffers;
using System.IO.Pipelines;
using Lintel.Doors.Postgres.Codec;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// The messages of one client, pulled. A message is a slice of the transport's own memory and valid until the next pull;
/// what the client sends beyond the transport's window stays in its socket. Used by one caller at a time; only
/// <see cref="Interrupt"/> may be called from elsewhere.
/// </summary>
internal sealed class MessageInput(PipeReader reader, FrameLimits limits)
{
    private ReadOnlySequence<byte> _unread;
    private bool _isHolding;
    private byte[] _joined = [];

    /// <summary>Whether the next message has arrived and is Sync.</summary>
    public bool NextIsSync => FrontendFrame.BeginsWithSync(_unread);

    /// <summary>Whether nothing has arrived that has not been pulled.</summary>
    public bool IsDrained => _unread.IsEmpty;

    /// <summary>The next message, or that there will be none, if that is known without waiting.</summary>
    public bool TryNext(out InputEvent next)
    {
        ParseStatus status = FrontendFrame.TryRead(ref _unread, limits, out FrontendFrame frame, out string? reason);
        next = status == ParseStatus.Ok
            ? new InputEvent(InputKind.Frame, frame)
            : new InputEvent(InputKind.Malformed, Reason: reason);
        return status != ParseStatus.NeedMore;
    }

    /// <summary>The next message. Waits for it.</summary>
    public async ValueTask<InputEvent> NextAsync()
    {
        while (true)
        {
            if (TryNext(out InputEvent next)) return next;
            InputKind more = await ReceiveAsync();
            if (more == InputKind.End && !TryNext(out next)) return new InputEvent(InputKind.End);
            if (more == InputKind.End) return next;
            if (more == InputKind.Interrupted) return new InputEvent(InputKind.Interrupted);
        }
    }

    /// <summary>The next start-up packet; the event's frame is not used.</summary>
    public async ValueTask<(InputEvent Event, StartupPacket? Packet)> NextStartupAsync()
    {
        while (true)
        {
            ParseStatus status = StartupPacket.TryRead(ref _unread, out StartupPacket? packet, out string? reason);
            if (status == ParseStatus.Ok) return (new InputEvent(InputKind.Frame), packet);
            if (status == ParseStatus.Malformed) return (new InputEvent(InputKind.Malformed, Reason: reason), null);
            InputKind more = await ReceiveAsync();
            if (more != InputKind.Frame) return (new InputEvent(more), null);
        }
    }

    /// <summary>The first byte of the connection, left where it is; -1 when there is none.</summary>
    public async ValueTask<int> PeekAsync()
    {
        while (_unread.IsEmpty)
        {
            if (await ReceiveAsync() != InputKind.Frame) return -1;
        }

        return _unread.FirstSpan[0];
    }

    /// <summary>Gives the bytes that were received and not read back to the pipe: somebody else reads on.</summary>
    public void Release()
    {
        if (_isHolding) reader.AdvanceTo(_unread.Start);
        _isHolding = false;
        _unread = default;
    }

    /// <summary>The payload of a message in one piece: a slice of the transport's memory, or a copy that lives until the next call.</summary>
    public ReadOnlySpan<byte> Payload(in FrontendFrame frame)
    {
        ReadOnlySequence<byte> payload = frame.Payload;
        if (payload.IsSingleSegment) return payload.FirstSpan;
        int length = (int)payload.Length;
        if (_joined.Length < length)
        {
            GiveBack();
            _joined = ArrayPool<byte>.Shared.Rent(length);
        }

        payload.CopyTo(_joined);
        return _joined.AsSpan(0, length);
    }

    /// <summary>As <see cref="Payload"/>, for those who keep it over an await.</summary>
    public ReadOnlyMemory<byte> PayloadMemory(in FrontendFrame frame)
    {
        if (frame.Payload.IsSingleSegment) return frame.Payload.First;
        // Joins first: the array may be another one afterwards.
        int length = Payload(in frame).Length;
        return _joined.AsMemory(0, length);
    }

    /// <summary>Makes the current or the next wait return <see cref="InputKind.Interrupted"/>.</summary>
    public void Interrupt() => reader.CancelPendingRead();

    /// <summary>Gives back what it holds.</summary>
    public void GiveBack()
    {
        if (_joined.Length > 0) ArrayPool<byte>.Shared.Return(_joined);
        _joined = [];
    }

    // Frame stands for "more bytes are there".
    private async ValueTask<InputKind> ReceiveAsync()
    {
        if (_isHolding) reader.AdvanceTo(_unread.Start, _unread.End);
        _isHolding = false;
        _unread = default;
        if (_joined.Length > 0) GiveBack();
        ReadResult result;
        try
        {
            result = await reader.ReadAsync();
        }
        catch (IOException)
        {
            // A reset connection: the client is as gone as after a close.
            return InputKind.End;
        }

        _unread = result.Buffer;
        _isHolding = true;
        if (result.IsCanceled) return InputKind.Interrupted;
        return result.IsCompleted ? InputKind.End : InputKind.Frame;
    }
}
