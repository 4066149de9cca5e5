using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Lintel.Doors.Postgres.Session;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Lintel.Doors.Tests.Session;

/// <summary>A client that speaks bytes to a door over two pipes: no sockets, no clients' habits.</summary>
internal sealed class PipedClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Pipe _toServer;
    private readonly Pipe _toClient;
    private readonly CancellationTokenSource _closed = new();
    private readonly Lifetime _lifetime = new();
    private readonly Task _server;

    private PipedClient(PostgresDoor door, IPAddress from, int windowBytes)
    {
        var options = new PipeOptions(pauseWriterThreshold: windowBytes, resumeWriterThreshold: windowBytes / 2);
        _toServer = new Pipe(options);
        _toClient = new Pipe(options);
        var transport = new Duplex(_toServer.Reader, _toClient.Writer);
        Connection = new PipedConnection(this, transport)
        {
            RemoteEndPoint = new IPEndPoint(from, 1),
            ConnectionClosed = _closed.Token,
        };
        Connection.Features.Set<IConnectionLifetimeNotificationFeature>(_lifetime);
        _server = ServeAsync(door);
    }

    public DefaultConnectionContext Connection { get; }

    /// <summary>Whether the server has ended the connection.</summary>
    public bool IsOver => _server.IsCompleted;

    public static PipedClient Connect(PostgresDoor door, IPAddress? from = null, int windowBytes = 1 << 16) =>
        new(door, from ?? IPAddress.Loopback, windowBytes);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) =>
        await _toServer.Writer.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    /// <summary>The node stops.</summary>
    public void RequestClose() => _lifetime.RequestClose();

    /// <summary>The client closes its side.</summary>
    public async Task HangUpAsync()
    {
        await _toServer.Writer.CompleteAsync();
        await _closed.CancelAsync();
    }

    /// <summary>One raw byte: the answer to an SSLRequest.</summary>
    public async Task<byte> ReadByteAsync() => (await ReadExactlyAsync(1))[0];

    /// <summary>The next message of the server; null at the end of the connection.</summary>
    public async Task<byte[]?> ReadMessageAsync()
    {
        while (true)
        {
            ReadResult result = await _toClient.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            if (TryCut(result.Buffer, out ReadOnlySequence<byte> message))
            {
                byte[] bytes = message.ToArray();
                _toClient.Reader.AdvanceTo(message.End);
                return bytes;
            }

            _toClient.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted) return null;
        }
    }

    /// <summary>
    /// Messages up to and with the given number of those of a kind. A ReadyForQuery that comes instead, and the end of
    /// the connection, end it too.
    /// </summary>
    public async Task<List<byte[]>> ReadUntilAsync(char kind, int count = 1)
    {
        var messages = new List<byte[]>();
        while (count > 0 && await ReadMessageAsync() is { } message)
        {
            messages.Add(message);
            if (message[0] == (byte)kind) count--;
            else if (message[0] == (byte)'Z') break;
        }

        return messages;
    }

    /// <summary>Waits for the server to end the connection.</summary>
    public Task EndAsync() => _server.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        await _toClient.Reader.CompleteAsync();
        await _server.WaitAsync(Patience);
        _closed.Dispose();
        _lifetime.Dispose();
    }

    private async Task ServeAsync(PostgresDoor door)
    {
        try
        {
            await door.OnConnectedAsync(Connection);
        }
        finally
        {
            await _toServer.Reader.CompleteAsync();
            await _toClient.Writer.CompleteAsync();
        }
    }

    private async Task<byte[]> ReadExactlyAsync(int count)
    {
        ReadResult result = await _toClient.Reader.ReadAtLeastAsync(count).AsTask().WaitAsync(Patience);
        byte[] bytes = result.Buffer.Slice(0, count).ToArray();
        _toClient.Reader.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    private static bool TryCut(ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (buffer.Length < 5) return false;
        Span<byte> header = stackalloc byte[5];
        buffer.Slice(0, 5).CopyTo(header);
        long length = 1L + BinaryPrimitives.ReadInt32BigEndian(header[1..]);
        if (buffer.Length < length) return false;
        message = buffer.Slice(0, length);
        return true;
    }

    // As a socket transport does it: an abort ends both directions.
    private sealed class PipedConnection(PipedClient client, IDuplexPipe transport)
        : DefaultConnectionContext("test", transport, new Duplex(client._toClient.Reader, client._toServer.Writer))
    {
        public override void Abort(ConnectionAbortedException abortReason)
        {
            client._toServer.Writer.Complete(abortReason);
            client._closed.Cancel();
        }
    }

    private sealed class Lifetime : IConnectionLifetimeNotificationFeature, IDisposable
    {
        private readonly CancellationTokenSource _requested = new();

        public Lifetime() => ConnectionClosedRequested = _requested.Token;

        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose() => _requested.Cancel();

        public void Dispose() => _requested.Dispose();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
