using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Lintel.Doors.Postgres.Codec;
using Lintel.Identity.Users;
using Lintel.Sql.Catalog;
using Lintel.Sql.Types;
using Microsoft.AspNetCore.Connections;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// The first part of a connection: start-up packets, TLS, authentication.
///
/// Order: [direct TLS | (GSSENCRequest | SSLRequest)*] -> CancelRequest, which ends it | StartupMessage -> SCRAM or trust
/// -> AuthenticationOk. Nothing that arrived in clear is read as if it had come through TLS.
/// </summary>
internal sealed class Handshake(
    ClientWire wire, ConnectionContext connection, DoorOptions options, SessionRegistry sessions, UserDirectory users)
    : IAsyncDisposable
{
    private const byte TlsHandshakeRecord = 0x16;
    private const int MinorServed = 0;
    private static readonly SslApplicationProtocol Protocol = new("postgresql");
    private SslStream? _tls;
    private bool _gssAsked;

    /// <summary>Runs it. Null when the connection has nothing more to say (a cancel request, or a client that left).</summary>
    public async ValueTask<StartupSettings?> RunAsync()
    {
        if (options.Certificate is not null && await wire.Input.PeekAsync() == TlsHandshakeRecord)
            await StartTlsAsync(isDirect: true);
        while (true)
        {
            (InputEvent next, StartupPacket? packet) = await wire.Input.NextStartupAsync();
            if (next.Kind == InputKind.Malformed) throw FatalException.Protocol(next.Reason!);
            switch (packet)
            {
                case StartupPacket.SslRequest when _tls is null:
                    await AnswerSslRequestAsync();
                    break;
                case StartupPacket.GssEncryptionRequest when !_gssAsked && _tls is null:
                    _gssAsked = true;
                    await AnswerAsync((byte)'N');
                    break;
                case StartupPacket.CancelRequest cancel:
                    sessions.Cancel(cancel.ProcessId, cancel.Key.Span);
                    return null;
                case StartupPacket.Start start:
                    return await BeginAsync(start);
                case null:
                    return null;
                default:
                    throw FatalException.Protocol("encryption was asked for a second time");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_tls is not null) await _tls.DisposeAsync();
    }

    private async ValueTask AnswerSslRequestAsync()
    {
        if (options.Certificate is null)
        {
            await AnswerAsync((byte)'N');
            return;
        }

        // What a man in the middle put behind the request must not be taken for what the client says inside TLS.
        if (!wire.Input.IsDrained) throw FatalException.Protocol("received unencrypted data after SSL request");
        await AnswerAsync((byte)'S');
        await StartTlsAsync(isDirect: false);
    }

    private async ValueTask AnswerAsync(byte answer)
    {
        wire.Output.Byte(answer);
        await wire.FlushAsync();
    }

    private async ValueTask StartTlsAsync(bool isDirect)
    {
        wire.Input.Release();
        IDuplexPipe transport = connection.Transport;
        _tls = new SslStream(new DuplexStream(transport.Input.AsStream(leaveOpen: true), transport.Output.AsStream(leaveOpen: true)));
        await _tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = options.Certificate,
            ApplicationProtocols = [Protocol],
        });
        if (isDirect && _tls.NegotiatedApplicationProtocol != Protocol)
            throw FatalException.Protocol("received direct SSL connection request without ALPN protocol negotiation extension");
        wire.Switch(PipeReader.Create(_tls), PipeWriter.Create(_tls));
    }

    private async ValueTask<StartupSettings?> BeginAsync(StartupPacket.Start start)
    {
        if (start.Major != 3)
            throw new FatalException(
                SqlStates.FeatureNotSupported,
                $"unsupported frontend protocol {start.Major}.{start.Minor}: server supports 3.0 to 3.0");
        StartupSettings settings = StartupSettings.Read(start);
        if (start.Minor > MinorServed || settings.ProtocolOptions.Count > 0)
            wire.Write.NegotiateProtocolVersion(MinorServed, settings.ProtocolOptions);
        if (options.Tls == TlsPolicy.Required && _tls is null)
            throw new FatalException(
                SqlStates.InvalidAuthorizationSpecification, "this server requires an encrypted connection",
                hint: "Connect with sslmode=require.");
        if (!await AuthenticateAsync(settings.User)) return null;
        wire.Write.AuthenticationOk();
        return settings;
    }

    private async ValueTask<bool> AuthenticateAsync(string user)
    {
        if (!options.TrustLoopback || !IsLocal(connection.RemoteEndPoint))
            return await new ScramAuthentication(wire, users).RunAsync(user);
        RoleDescriptor? role = await users.FindAsync(user, connection.ConnectionClosed);
        if (role is null)
            throw new FatalException(SqlStates.InvalidAuthorizationSpecification, $"role \"{user}\" does not exist");
        if (!role.CanLogin)
            throw new FatalException(
                SqlStates.InvalidAuthorizationSpecification, $"role \"{user}\" is not permitted to log in");
        return true;
    }

    private static bool IsLocal(EndPoint? peer) => peer switch
    {
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address),
        UnixDomainSocketEndPoint => true,
        _ => false,
    };
}
