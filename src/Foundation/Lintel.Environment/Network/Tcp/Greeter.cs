using System.Buffers;
using System.IO.Pipelines;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// The handshake, for either side, over a connection's pipes. Who connects says <see cref="Hello"/>; who was connected
/// to checks it and answers <see cref="Welcome"/>. What does not fit fails as a LintelException that says what and why;
/// a peer that speaks the protocol is told the same words before the connection closes, anything else is told nothing.
/// </summary>
internal sealed class Greeter(TcpNetworkOptions options)
{
    private delegate T? Reading<T>(ref ReadOnlySequence<byte> source);

    /// <summary>Greets <paramref name="expected"/> and returns what it answered.</summary>
    internal async Task<Welcome> GreetAsync(IDuplexPipe pipe, NodeId expected, NetworkLane lane, CancellationToken cancellation)
    {
        var hello = new Hello(options.Cluster, options.Self, options.Incarnation, expected, lane);
        await pipe.Output.WriteAsync(HandshakeCodec.Encode(hello), cancellation);
        Welcome welcome = await ReadAsync<Welcome>(pipe.Input, HandshakeCodec.TryReadWelcome, cancellation);
        if (welcome.Refusal is { } refusal) throw refusal.ToException();
        if (welcome.From == expected) return welcome;
        throw new LintelException(
            ErrorCode.WrongCluster, $"{welcome.From} answered in place of {expected}", null, "correct the address of the node");
    }

    /// <summary>Reads who connects and answers it.</summary>
    internal async Task<Hello> AnswerAsync(IDuplexPipe pipe, CancellationToken cancellation)
    {
        Hello hello = await ReadAsync<Hello>(pipe.Input, HandshakeCodec.TryReadHello, cancellation);
        LintelError? refusal = Refusal(hello);
        byte[] answer = HandshakeCodec.Encode(new Welcome(options.Self, options.Incarnation, refusal));
        await pipe.Output.WriteAsync(answer, cancellation);
        return refusal is null ? hello : throw refusal.ToException();
    }

    private LintelError? Refusal(Hello hello)
    {
        if (hello.Cluster != options.Cluster)
        {
            return new LintelError(
                ErrorCode.WrongCluster,
                $"{hello.From} belongs to cluster {hello.Cluster}, {options.Self} to {options.Cluster}",
                null,
                "correct the address, or the cluster that the node was set up for");
        }

        if (hello.Expected != options.Self)
        {
            return new LintelError(
                ErrorCode.WrongCluster,
                $"{hello.From} expected {hello.Expected} here, this is {options.Self}",
                "a node's address has changed, or is wrong",
                "correct the address of the node");
        }

        if (hello.From != options.Self && !hello.From.IsNone) return null;
        return new LintelError(
            ErrorCode.WrongCluster,
            $"a node that calls itself {hello.From} connected to {options.Self}",
            "two nodes run under one identity, or a node has none",
            "give every node a data directory of its own");
    }

    private static async Task<T> ReadAsync<T>(PipeReader input, Reading<T> read, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellation);
            ReadOnlySequence<byte> source = result.Buffer;
            T? message = read(ref source);
            if (message is not null)
            {
                // Frames may follow at once: they stay in the pipe.
                input.AdvanceTo(source.Start);
                return message;
            }

            bool ended = result.IsCompleted;
            input.AdvanceTo(source.Start, source.End);
            if (ended)
            {
                throw new LintelException(
                    ErrorCode.Unavailable, "the peer closed the connection before it had greeted", null, "see its log");
            }
        }
    }
}
