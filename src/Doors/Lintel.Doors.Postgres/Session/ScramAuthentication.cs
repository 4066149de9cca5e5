using System.Text;
using Lintel.Doors.Postgres.Codec;
using Lintel.Identity.Scram;
using Lintel.Identity.Users;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>SASL over the protocol's messages, with SCRAM-SHA-256 as the one mechanism.</summary>
internal sealed class ScramAuthentication(ClientWire wire, UserDirectory users)
{
    /// <summary>Runs it to its end: true lets the user in, false when the client left. Throws 28P01 and 08P01.</summary>
    public async ValueTask<bool> RunAsync(string user)
    {
        ScramExchange exchange = await users.BeginScramAsync(user);
        wire.Write.AuthenticationSasl([ScramExchange.Mechanism]);
        await wire.FlushAsync();
        bool isFirst = true;
        while (await ReceiveAsync() is { } message)
        {
            ScramStep step = isFirst ? Start(exchange, message) : exchange.Step(message);
            isFirst = false;
            switch (step.Kind)
            {
                case ScramStepKind.Continue:
                    wire.Write.AuthenticationSaslContinue(step.Reply.Span);
                    await wire.FlushAsync();
                    break;
                case ScramStepKind.Authenticated:
                    wire.Write.AuthenticationSaslFinal(step.Reply.Span);
                    return true;
                case ScramStepKind.Malformed:
                    throw new FatalException(SqlStates.ProtocolViolation, "malformed SCRAM message", step.Reason);
                default:
                    throw new FatalException(
                        SqlStates.InvalidPassword, $"password authentication failed for user \"{user}\"");
            }
        }

        return false;
    }

    private static ScramStep Start(ScramExchange exchange, byte[] message)
    {
        if (!SaslInitialMessage.TryParse(message, out SaslInitialMessage initial))
            throw FatalException.Protocol("invalid SASLInitialResponse message");
        if (!initial.Mechanism.SequenceEqual("SCRAM-SHA-256"u8))
            throw FatalException.Protocol(
                $"client selected an invalid SASL authentication mechanism {Encoding.UTF8.GetString(initial.Mechanism)}");
        return exchange.Step(initial.Response);
    }

    private async ValueTask<byte[]?> ReceiveAsync()
    {
        InputEvent next = await wire.Input.NextAsync();
        return next.Kind switch
        {
            InputKind.Frame when next.Frame.Kind == FrontendKind.Password => wire.Input.Payload(next.Frame).ToArray(),
            InputKind.Frame when next.Frame.Kind == FrontendKind.Terminate => null,
            InputKind.Frame => throw FatalException.Protocol(
                $"expected SASL response, got message type {(byte)next.Frame.Kind}"),
            InputKind.Malformed => throw FatalException.Protocol(next.Reason!),
            InputKind.Interrupted => throw new FatalException(
                SqlStates.AdminShutdown, "terminating connection due to administrator command"),
            _ => null,
        };
    }
}
