using System.Security.Cryptography.X509Certificates;
using Lintel.Doors.Postgres.Codec;

namespace Lintel.Doors.Postgres.Session;

/// <summary>Whether the connection must be encrypted.</summary>
public enum TlsPolicy
{
    /// <summary>TLS when the client asks for it and there is a certificate.</summary>
    Offered,

    /// <summary>No session without TLS.</summary>
    Required,
}

/// <summary>How the SQL door of a node behaves.</summary>
public sealed record DoorOptions
{
    /// <summary>
    /// Whether a client on this machine (loopback or a Unix socket) comes in as any existing role without a password. For
    /// the embedded default only: everybody with an account on the machine is then a superuser.
    /// </summary>
    public bool TrustLoopback { get; init; }

    /// <summary>The server's certificate, with its private key; without one TLS is refused.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether TLS is required.</summary>
    public TlsPolicy Tls { get; init; }

    /// <summary>Bounds on messages.</summary>
    public FrameLimits Frames { get; init; } = new();

    /// <summary>Sessions at once; then 53300.</summary>
    public int SessionsMax { get; init; } = 1_000;

    /// <summary>
    /// Sockets at once that are not a session yet (starting, authenticating, asking for a cancel); more are closed
    /// without an answer.
    /// </summary>
    public int StartingMax { get; init; } = 200;

    /// <summary>From the connection to the end of authentication; then it is closed.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may refuse to take what was sent to it; then it is dropped and its transaction rolled back.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long running statements get at a shutdown before they are given up.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Bytes of output that are gathered before they are handed to the socket in the middle of a result: 32 KB, some
    /// twenty packets.
    /// </summary>
    public int OutputBytesMax { get; init; } = 32 << 10;
}
