using System.Net.Sockets;

namespace Lintel.Environment.Network.Tcp;

/// <summary>How the sockets between nodes are set: no delay for small writes, and a peer that fell silent is noticed.</summary>
internal static class ConnectionSocket
{
    // Linux: TCP_USER_TIMEOUT of IPPROTO_TCP, in milliseconds (tcp(7)).
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;

    internal static void Prepare(Socket socket, TimeSpan silenceMax)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Math.Max(1, (int)silenceMax.TotalSeconds / 2));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes((int)silenceMax.TotalMilliseconds));
    }
}
