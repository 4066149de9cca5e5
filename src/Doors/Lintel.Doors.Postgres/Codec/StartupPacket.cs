using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Lintel.Doors.Postgres.Codec;

/// <summary>The first packets of a connection: they have a length and no kind.</summary>
public abstract record StartupPacket
{
    private const int CancelCode = (1234 << 16) | 5678;
    private const int SslCode = (1234 << 16) | 5679;
    private const int GssEncryptionCode = (1234 << 16) | 5680;
    private const int CancelKeyLength = 4;

    private StartupPacket()
    {
    }

    /// <summary>Asks for TLS: answered with one byte, S or N.</summary>
    public sealed record SslRequest : StartupPacket;

    /// <summary>Asks for GSSAPI encryption: answered with N.</summary>
    public sealed record GssEncryptionRequest : StartupPacket;

    /// <summary>Asks that the statement which another connection runs be given up.</summary>
    /// <param name="ProcessId">The connection, as BackendKeyData named it.</param>
    /// <param name="Key">Its secret.</param>
    public sealed record CancelRequest(int ProcessId, ReadOnlyMemory<byte> Key) : StartupPacket;

    /// <summary>Begins a session.</summary>
    /// <param name="Major">Protocol version.</param>
    /// <param name="Minor">Protocol version, after the point.</param>
    /// <param name="Parameters">Names and values as sent; user, database and settings.</param>
    public sealed record Start(int Major, int Minor, IReadOnlyList<KeyValuePair<string, string>> Parameters)
        : StartupPacket;

    /// <summary>
    /// Cuts the first packet off <paramref name="buffer"/>; see <see cref="FrontendFrame.TryRead"/> for the outcomes.
    /// </summary>
    public static ParseStatus TryRead(ref ReadOnlySequence<byte> buffer, out StartupPacket? packet, out string? reason)
    {
        packet = null;
        reason = null;
        if (buffer.Length < sizeof(int)) return ParseStatus.NeedMore;
        Span<byte> header = stackalloc byte[sizeof(int)];
        buffer.Slice(0, sizeof(int)).CopyTo(header);
        int length = BinaryPrimitives.ReadInt32BigEndian(header);
        if (length is < 2 * sizeof(int) or > FrameLimits.StartupBytesMax)
        {
            reason = "invalid length of startup packet";
            return ParseStatus.Malformed;
        }

        if (buffer.Length < length) return ParseStatus.NeedMore;
        byte[] payload = buffer.Slice(sizeof(int), length - sizeof(int)).ToArray();
        packet = Parse(payload);
        if (packet is null)
        {
            reason = "invalid startup packet layout: expected terminator as last byte";
            return ParseStatus.Malformed;
        }

        buffer = buffer.Slice(length);
        return ParseStatus.Ok;
    }

    private static StartupPacket? Parse(ReadOnlyMemory<byte> payload)
    {
        var reader = new FieldReader(payload.Span);
        int code = reader.Int32();
        switch (code)
        {
            case SslCode:
                return reader.IsComplete ? new SslRequest() : null;
            case GssEncryptionCode:
                return reader.IsComplete ? new GssEncryptionRequest() : null;
            case CancelCode:
                int processId = reader.Int32();
                reader.Take(CancelKeyLength);
                return reader.IsComplete ? new CancelRequest(processId, payload[^CancelKeyLength..]) : null;
            default:
                return ParseParameters(code, ref reader);
        }
    }

    private static Start? ParseParameters(int version, ref FieldReader reader)
    {
        var parameters = new List<KeyValuePair<string, string>>();
        while (!reader.IsMalformed)
        {
            ReadOnlySpan<byte> name = reader.Text();
            if (name.IsEmpty) break;
            ReadOnlySpan<byte> value = reader.Text();
            parameters.Add(new(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value)));
        }

        // A version that is not served is answered as such, whatever its packet looks like.
        int major = version >> 16;
        return reader.IsComplete || major != 3 ? new Start(major, version & 0xFFFF, parameters) : null;
    }
}
