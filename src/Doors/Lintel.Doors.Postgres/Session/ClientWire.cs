using System.Buffers;
using System.IO.Pipelines;
using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Types;
using Microsoft.AspNetCore.Connections;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// Both directions of one connection. Output gathers in <see cref="Output"/> and goes out by <see cref="FlushAsync"/>, which
/// waits while the client takes nothing, for the write timeout at most: memory held for one client is bounded by the
/// output limit, the transport's window and one row.
/// </summary>
internal sealed class ClientWire : IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly DoorOptions _options;
    private readonly TimeProvider _time;
    private PipeWriter _writer;
    private bool _isLost;

    public ClientWire(ConnectionContext connection, DoorOptions options, TimeProvider time)
    {
        _connection = connection;
        _options = options;
        _time = time;
        _writer = connection.Transport.Output;
        Input = new MessageInput(connection.Transport.Input, options.Frames);
        Write = new BackendWriter(Output);
    }

    /// <summary>What the client sends.</summary>
    public MessageInput Input { get; private set; }

    /// <summary>What it is to be sent.</summary>
    public OutputBuffer Output { get; } = new();

    /// <summary>Writes messages into <see cref="Output"/>.</summary>
    public BackendWriter Write { get; }

    /// <summary>Whether the client can no longer be reached.</summary>
    public bool IsLost => _isLost || _connection.ConnectionClosed.IsCancellationRequested;

    /// <summary>Why the connection has to end, if it does.</summary>
    public FatalException? Fatal { get; private set; }

    /// <summary>Whether enough has gathered to be sent in the middle of a result.</summary>
    public bool IsFull => Output.Length >= _options.OutputBytesMax;

    /// <summary>From here on bytes go through other pipes (TLS).</summary>
    public void Switch(PipeReader reader, PipeWriter writer)
    {
        Input.GiveBack();
        Input = new MessageInput(reader, _options.Frames);
        _writer = writer;
    }

    /// <summary>Sends what has gathered. Throws 08006 when the client is gone or takes nothing.</summary>
    public ValueTask FlushAsync(CancellationToken cancellation = default)
    {
        if (Output.Length == 0) return default;
        if (_isLost)
        {
            Output.Clear();
            throw ConnectionLost.WhileWriting();
        }

        _writer.Write(Output.Written);
        Output.Clear();
        ValueTask<FlushResult> flush = _writer.FlushAsync(cancellation);
        if (!flush.IsCompletedSuccessfully) return new ValueTask(WaitAsync(flush));
        Check(flush.Result);
        return default;
    }

    /// <summary>
    /// The connection has to end, and a call into the session stands in between, which turns exceptions into errors of
    /// its statement: remembers why, and gives the error to throw there.
    /// </summary>
    public SqlException Fail(FatalException fatal)
    {
        Fatal ??= fatal;
        return fatal.Error.ToException(fatal);
    }

    /// <summary>Closes at once, without a word.</summary>
    public void Abort(string reason)
    {
        _isLost = true;
        _connection.Abort(new ConnectionAbortedException(reason));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Output.Dispose();
        Input.GiveBack();
    }

    private async Task WaitAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            Check(await flush.AsTask().WaitAsync(_options.WriteTimeout, _time));
        }
        catch (TimeoutException)
        {
            Abort("the client took nothing for too long");
            throw ConnectionLost.WhileWriting();
        }
        catch (IOException)
        {
            _isLost = true;
            throw ConnectionLost.WhileWriting();
        }
    }

    private void Check(FlushResult result)
    {
        if (!result.IsCompleted) return;
        _isLost = true;
        throw ConnectionLost.WhileWriting();
    }
}
