using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Doors.Tests.Codec;

/// <summary>Server messages from readable lines, through the codec under test, and bytes back into readable form.</summary>
internal static class BackendText
{
    public static byte[] Encode(IEnumerable<string> lines)
    {
        using var output = new OutputBuffer();
        var writer = new BackendWriter(output);
        foreach (string line in lines) Write(writer, line.Split(' '), line);
        return output.Written.ToArray();
    }

    /// <summary>One line per message: kind, length, payload in hex, payload in print.</summary>
    public static string Dump(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes[1..]);
            ReadOnlySpan<byte> payload = bytes.Slice(5, length - 4);
            text.Append(CultureInfo.InvariantCulture, $"{(char)bytes[0]} {length} {Convert.ToHexString(payload)} |");
            foreach (byte b in payload) text.Append(b is >= 32 and < 127 ? (char)b : '.');
            text.AppendLine("|");
            bytes = bytes[(length + 1)..];
        }

        return text.ToString();
    }

    private static void Write(BackendWriter writer, string[] words, string line)
    {
        switch (words[0])
        {
            case "auth-ok": writer.AuthenticationOk(); break;
            case "sasl": writer.AuthenticationSasl(words.AsSpan(1)); break;
            case "sasl-continue": writer.AuthenticationSaslContinue(Encoding.ASCII.GetBytes(words[1])); break;
            case "sasl-final": writer.AuthenticationSaslFinal(Encoding.ASCII.GetBytes(words[1])); break;
            case "negotiate": writer.NegotiateProtocolVersion(Number(words[1]), words[2..]); break;
            case "parameter": writer.ParameterStatus(words[1], words[2]); break;
            case "key": writer.BackendKey(Number(words[1]), Convert.FromHexString(words[2])); break;
            case "ready": writer.Ready(Enum.Parse<TransactionStatus>(words[1])); break;
            case "parse-complete": writer.ParseComplete(); break;
            case "bind-complete": writer.BindComplete(); break;
            case "close-complete": writer.CloseComplete(); break;
            case "no-data": writer.NoData(); break;
            case "suspended": writer.PortalSuspended(); break;
            case "empty": writer.EmptyQuery(); break;
            case "parameters": writer.ParameterDescription([.. words.Skip(1).Select(Type)]); break;
            case "columns": writer.RowDescription(Columns(words), new ResultFormats(WireFormat.Text)); break;
            case "binary-columns": writer.RowDescription(Columns(words), new ResultFormats(WireFormat.Binary)); break;
            case "complete": Complete(writer, line["complete ".Length..]); break;
            case "copy-in": writer.CopyInResponse(Enum.Parse<CopyFormat>(words[1]), Number(words[2])); break;
            case "copy-out": writer.CopyOutResponse(Enum.Parse<CopyFormat>(words[1]), Number(words[2])); break;
            case "copy-data": writer.CopyData(Encoding.UTF8.GetBytes(words[1])); break;
            case "copy-done": writer.CopyDone(); break;
            case "error": writer.Error(words[1], Error(words)); break;
            case "notice": writer.Notice(new SqlNotice(words[1], words[2], string.Join(' ', words[3..]))); break;
            default: throw new ArgumentException($"unknown message {line}");
        }
    }

    private static void Complete(BackendWriter writer, string tag)
    {
        int last = tag.LastIndexOf(' ');
        bool counts = long.TryParse(tag.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long count);
        writer.CommandComplete(counts ? new CommandTag(tag[..last], count) : new CommandTag(tag));
    }

    private static SqlError Error(string[] words)
    {
        var fields = words.Skip(3).Where(word => word.Contains('=', StringComparison.Ordinal))
            .ToDictionary(word => word.Split('=')[0], word => word.Split('=')[1].Replace('_', ' '), StringComparer.Ordinal);
        return new SqlError(
            words[2], fields["message"], fields.GetValueOrDefault("detail"), fields.GetValueOrDefault("hint"),
            Number(fields.GetValueOrDefault("position", "0")), fields.GetValueOrDefault("schema"),
            fields.GetValueOrDefault("table"), fields.GetValueOrDefault("column"), fields.GetValueOrDefault("constraint"),
            fields.GetValueOrDefault("type"), fields.GetValueOrDefault("context"));
    }

    private static ImmutableArray<ResultColumn> Columns(string[] words) =>
        [.. words.Skip(1).Select(word => new ResultColumn(word.Split(':')[0], Type(word.Split(':')[1])))];

    private static SqlType Type(string name) =>
        TypeRegistry.TryFindName(name, out SqlType type) ? type : throw new ArgumentException($"unknown type {name}");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
