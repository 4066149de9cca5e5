using System.Net.Sockets;
using Lintel.Primitives.Errors;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Lintel.Environment.Network.Tcp;

/// <summary>Makes connections: a TCP connect, the handshake, and the lane has a connection. Failures are LintelExceptions.</summary>
internal sealed class NetworkDialer(
    TcpNetworkOptions options, Greeter greeter, SocketConnectionContextFactory sockets, TimeProvider time, Action<ConnectionContext, PeerLane, ulong> onGreeted)
{
    internal async Task DialAsync(PeerLane lane, NodeAddress address, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(options.HandshakeTimeout, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        ConnectionContext? connection = null;
        try
        {
            connection = await ConnectAsync(address, cancellation.Token);
            Welcome welcome = await greeter.GreetAsync(connection.Transport, lane.Peer, lane.Lane, cancellation.Token);
            onGreeted(connection, lane, welcome.Incarnation);
            connection = null;
        }
        catch (OperationCanceledException)
        {
            string why = stopping.IsCancellationRequested ? "this node is shutting down" : $"nothing answered within {options.HandshakeTimeout.TotalSeconds:0.#} s";
            throw new LintelException(ErrorCode.Timeout, $"{lane.Peer} cannot be reached", why);
        }
        catch (Exception failed) when (failed is SocketException or IOException)
        {
            throw new LintelException(new LintelError(ErrorCode.Unavailable, $"{lane.Peer} cannot be reached", failed.Message), failed);
        }
        finally
        {
            if (connection is not null)
            {
                connection.Abort();
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<ConnectionContext> ConnectAsync(NodeAddress address, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            ConnectionSocket.Prepare(socket, options.SilenceMax);
            await socket.ConnectAsync(address.ToEndPoint(), cancellation);
            return sockets.Create(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
