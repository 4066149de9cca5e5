using System.Buffers;
using System.Globalization;
using System.Text;
using Lintel.Doors.Postgres.Codec;

namespace Lintel.Doors.Tests.Codec;

/// <summary>Client bytes as readable lines, through the codec under test.</summary>
internal static class FrontendText
{
    public static string Decode(byte[] bytes, FrameLimits limits)
    {
        var lines = new StringBuilder();
        var rest = new ReadOnlySequence<byte>(bytes);
        while (true)
        {
            ParseStatus status = FrontendFrame.TryRead(ref rest, limits, out FrontendFrame frame, out string? reason);
            if (status == ParseStatus.Malformed) return lines.Append("malformed: ").Append(reason).ToString();
            if (status == ParseStatus.NeedMore)
                return (rest.IsEmpty ? lines : lines.Append(CultureInfo.InvariantCulture, $"{rest.Length} bytes wait for more")).ToString();
            lines.AppendLine(Line(frame));
        }
    }

    public static string DecodeStartup(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        return StartupPacket.TryRead(ref buffer, out StartupPacket? packet, out string? reason) switch
        {
            ParseStatus.NeedMore => "needs more",
            ParseStatus.Malformed => "malformed: " + reason,
            _ => packet switch
            {
                StartupPacket.CancelRequest cancel =>
                    $"cancel process={cancel.ProcessId} key={Convert.ToHexString(cancel.Key.Span)}",
                StartupPacket.Start start => $"start {start.Major}.{start.Minor}"
                    + string.Concat(start.Parameters.Select(pair => $" {pair.Key}={pair.Value}")),
                _ => packet!.GetType().Name,
            },
        };
    }

    private static string Line(in FrontendFrame frame)
    {
        byte[] payload = frame.Payload.ToArray();
        string? fields = frame.Kind switch
        {
            FrontendKind.Query => QueryMessage.TryParse(payload, out QueryMessage query) ? Quote(query.Text) : null,
            FrontendKind.Parse => ParseMessage.TryParse(payload, out ParseMessage parse) ? Parse(parse) : null,
            FrontendKind.Bind => BindMessage.TryParse(payload, out BindMessage bind) ? Bind(bind) : null,
            FrontendKind.Describe or FrontendKind.Close => TargetMessage.TryParse(payload, out TargetMessage target)
                ? $"{(target.IsStatement ? "statement" : "portal")} {Quote(target.Name)}" : null,
            FrontendKind.Execute => ExecuteMessage.TryParse(payload, out ExecuteMessage execute)
                ? $"{Quote(execute.Portal)} rows={execute.MaxRows}" : null,
            FrontendKind.CopyFail => CopyFailMessage.TryParse(payload, out CopyFailMessage fail) ? Quote(fail.Reason) : null,
            _ => Convert.ToHexString(payload),
        };
        return $"{frame.Kind} {fields ?? "malformed"}".TrimEnd();
    }

    private static string Parse(ParseMessage parse)
    {
        var text = new StringBuilder($"{Quote(parse.Name)} {Quote(parse.Text)}");
        for (int i = 0; i < parse.TypeCount; i++) text.Append(CultureInfo.InvariantCulture, $" {parse.TypeOid(i)}");
        return text.ToString();
    }

    private static string Bind(BindMessage bind)
    {
        var text = new StringBuilder($"{Quote(bind.Portal)} {Quote(bind.Statement)} (");
        BindMessage.ValueEnumerator values = bind.Values;
        for (int i = 0; values.MoveNext(); i++)
        {
            string value = values.IsNull ? "null" : Convert.ToHexString(values.Current);
            text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? ", " : "")}{(bind.ParameterFormatCount > 1 && i >= bind.ParameterFormatCount ? -1 : bind.ParameterFormat(i))}:{value}");
        }

        text.Append(") results");
        for (int i = 0; i < bind.ResultFormatCount; i++) text.Append(CultureInfo.InvariantCulture, $" {bind.ResultFormat(i)}");
        return text.ToString();
    }

    private static string Quote(ReadOnlySpan<byte> text) => $"'{Encoding.UTF8.GetString(text)}'";
}
