using System.Text;
using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// The data of a COPY FROM STDIN: CopyData messages, one by one, until CopyDone or CopyFail. Flush and Sync in between
/// are passed over, because client libraries send Sync behind every Execute before they know that it was a COPY.
/// </summary>
internal sealed class CopyInput(ClientWire wire) : ICopySource
{
    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        // A cancel does not reach a pending read of the socket; interrupting it does.
        await using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            static input => ((MessageInput)input!).Interrupt(), wire.Input);
        while (true)
        {
            if (!wire.Input.TryNext(out InputEvent next)) next = await wire.Input.NextAsync();
            cancellation.ThrowIfCancellationRequested();
            switch (next.Kind)
            {
                case InputKind.End:
                    throw ConnectionLost.WhileReading();
                case InputKind.Malformed:
                    throw wire.Fail(FatalException.Protocol(next.Reason!));
                case InputKind.Interrupted:
                    continue;
            }

            switch (next.Frame.Kind)
            {
                case FrontendKind.CopyData:
                    return wire.Input.PayloadMemory(next.Frame);
                case FrontendKind.CopyDone:
                    return null;
                case FrontendKind.CopyFail:
                    throw Failed(wire.Input.Payload(next.Frame));
                case FrontendKind.Flush or FrontendKind.Sync:
                    continue;
                default:
                    throw wire.Fail(FatalException.Protocol(
                        $"unexpected message type 0x{(byte)next.Frame.Kind:X2} during COPY from stdin"));
            }
        }
    }

    private SqlException Failed(ReadOnlySpan<byte> payload) =>
        CopyFailMessage.TryParse(payload, out CopyFailMessage message)
            ? new SqlException(
                SqlStates.QueryCanceled, $"COPY from stdin failed: {Encoding.UTF8.GetString(message.Reason)}")
            : wire.Fail(FatalException.Protocol("invalid CopyFail message"));
}
