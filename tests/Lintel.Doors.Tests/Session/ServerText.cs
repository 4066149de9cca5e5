using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Lintel.Doors.Tests.Session;

/// <summary>Server messages as readable lines.</summary>
internal static class ServerText
{
    public static string Describe(IEnumerable<byte[]> messages) => string.Join('\n', messages.Select(Describe));

    public static string Describe(byte[] message)
    {
        var reader = new Fields(message.AsSpan(5));
        return (char)message[0] switch
        {
            'R' => Authentication(reader),
            'S' => $"ParameterStatus {reader.Text()}={reader.Text()}",
            'K' => "BackendKeyData",
            'Z' => $"ReadyForQuery {(char)reader.Byte()}",
            'T' => RowDescription(reader),
            'D' => DataRow(reader),
            'C' => $"CommandComplete {reader.Text()}",
            'E' => $"ErrorResponse {Report(reader)}",
            'N' => $"NoticeResponse {Report(reader)}",
            't' => ParameterDescription(reader),
            'G' => $"CopyInResponse {Copy(reader)}",
            'H' => $"CopyOutResponse {Copy(reader)}",
            'd' => $"CopyData {Printable(message.AsSpan(5))}",
            'v' => NegotiateProtocolVersion(reader),
            '1' => "ParseComplete",
            '2' => "BindComplete",
            '3' => "CloseComplete",
            'n' => "NoData",
            's' => "PortalSuspended",
            'I' => "EmptyQueryResponse",
            'c' => "CopyDone",
            var kind => $"unknown {kind}",
        };
    }

    private static string Authentication(Fields reader) => reader.Int32() switch
    {
        0 => "AuthenticationOk",
        10 => $"AuthenticationSASL {reader.Text()}",
        11 => "AuthenticationSASLContinue",
        12 => "AuthenticationSASLFinal",
        var other => $"Authentication {other}",
    };

    private static string RowDescription(Fields reader)
    {
        int count = reader.Int16();
        var text = new StringBuilder("RowDescription");
        for (int i = 0; i < count; i++)
        {
            string name = reader.Text();
            reader.Int32();
            reader.Int16();
            int oid = reader.Int32();
            reader.Int16();
            int modifier = reader.Int32();
            text.Append(CultureInfo.InvariantCulture, $" {name}:{oid}");
            if (modifier != -1) text.Append(CultureInfo.InvariantCulture, $"({modifier})");
            if (reader.Int16() == 1) text.Append("/binary");
        }

        return text.ToString();
    }

    private static string DataRow(Fields reader)
    {
        int count = reader.Int16();
        var values = new string[count];
        for (int i = 0; i < count; i++)
        {
            int length = reader.Int32();
            values[i] = length < 0 ? "null" : Printable(reader.Take(length));
        }

        return $"DataRow {string.Join(" | ", values)}".TrimEnd();
    }

    private static string ParameterDescription(Fields reader)
    {
        int count = reader.Int16();
        var text = new StringBuilder("ParameterDescription");
        for (int i = 0; i < count; i++) text.Append(CultureInfo.InvariantCulture, $" {reader.Int32()}");
        return text.ToString();
    }

    private static string Copy(Fields reader)
    {
        int format = reader.Byte();
        int count = reader.Int16();
        return $"format={format} columns={count}";
    }

    private static string NegotiateProtocolVersion(Fields reader)
    {
        int minor = reader.Int32() & 0xFFFF;
        int count = reader.Int32();
        var text = new StringBuilder($"NegotiateProtocolVersion 3.{minor}");
        for (int i = 0; i < count; i++) text.Append(' ').Append(reader.Text());
        return text.ToString();
    }

    private static string Report(Fields reader)
    {
        var text = new StringBuilder();
        for (byte code = reader.Byte(); code != 0; code = reader.Byte())
        {
            string value = reader.Text();
            if (code is (byte)'V') continue;
            text.Append(text.Length > 0 ? "; " : "").Append((char)code).Append('=').Append(value);
        }

        return text.ToString();
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        bool isText = true;
        foreach (byte b in bytes) isText &= b is >= 32 and < 127 or (byte)'\n' or (byte)'\t';
        return isText
            ? Encoding.ASCII.GetString(bytes).Replace("\n", @"\n", StringComparison.Ordinal).Replace("\t", @"\t", StringComparison.Ordinal)
            : "x:" + Convert.ToHexString(bytes);
    }

    private ref struct Fields(ReadOnlySpan<byte> payload)
    {
        private ReadOnlySpan<byte> _rest = payload;

        public byte Byte() => Take(1)[0];

        public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

        public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

        public string Text()
        {
            string text = Encoding.UTF8.GetString(_rest[.._rest.IndexOf((byte)0)]);
            Take(Encoding.UTF8.GetByteCount(text) + 1);
            return text;
        }

        public ReadOnlySpan<byte> Take(int count)
        {
            ReadOnlySpan<byte> taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
