using System.Buffers;
using Lintel.Doors.Postgres.Codec;

namespace Lintel.Doors.Tests.Codec;

/// <summary>Parses a message and builds it again from the fields it was parsed into.</summary>
internal static class FrontendMirror
{
    /// <summary>The rebuilt message; null when the payload is malformed.</summary>
    public static byte[]? Rebuild(in FrontendFrame frame)
    {
        byte[] payload = frame.Payload.ToArray();
        char kind = (char)frame.Kind;
        switch (frame.Kind)
        {
            case FrontendKind.Query:
                return QueryMessage.TryParse(payload, out QueryMessage query)
                    ? Encode(kind, query.Text, (bytes, text) => bytes.Text(text)) : null;
            case FrontendKind.CopyFail:
                return CopyFailMessage.TryParse(payload, out CopyFailMessage fail)
                    ? Encode(kind, fail.Reason, (bytes, text) => bytes.Text(text)) : null;
            case FrontendKind.Parse:
                return ParseMessage.TryParse(payload, out ParseMessage parse) ? Parse(parse) : null;
            case FrontendKind.Bind:
                return BindMessage.TryParse(payload, out BindMessage bind) ? Bind(bind) : null;
            case FrontendKind.Describe or FrontendKind.Close:
                return TargetMessage.TryParse(payload, out TargetMessage target) ? Target(kind, target) : null;
            case FrontendKind.Execute:
                return ExecuteMessage.TryParse(payload, out ExecuteMessage execute) ? Execute(execute) : null;
            default:
                return FrontendEncoder.Message(kind, bytes => bytes.Bytes(payload));
        }
    }

    private static byte[] Parse(ParseMessage parse)
    {
        var body = new FrontendEncoder();
        body.Text(parse.Name).Text(parse.Text).Int16(parse.TypeCount);
        for (int i = 0; i < parse.TypeCount; i++) body.Int32(unchecked((int)parse.TypeOid(i)));
        return Wrap('P', body);
    }

    private static byte[] Bind(BindMessage bind)
    {
        var body = new FrontendEncoder();
        body.Text(bind.Portal).Text(bind.Statement).Int16(bind.ParameterFormatCount);
        for (int i = 0; i < bind.ParameterFormatCount; i++) body.Int16(bind.ParameterFormat(i));
        body.Int16(bind.ParameterCount);
        BindMessage.ValueEnumerator values = bind.Values;
        while (values.MoveNext())
        {
            if (values.IsNull) body.Int32(-1);
            else body.Int32(values.Current.Length).Bytes(values.Current);
        }

        body.Int16(bind.ResultFormatCount);
        for (int i = 0; i < bind.ResultFormatCount; i++) body.Int16(bind.ResultFormat(i));
        return Wrap('B', body);
    }

    private static byte[] Target(char kind, TargetMessage target) =>
        Wrap(kind, new FrontendEncoder().Byte((byte)(target.IsStatement ? 'S' : 'P')).Text(target.Name));

    private static byte[] Execute(ExecuteMessage execute) =>
        Wrap('E', new FrontendEncoder().Text(execute.Portal).Int32(execute.MaxRows));

    private static byte[] Encode(char kind, ReadOnlySpan<byte> text, Write write)
    {
        var body = new FrontendEncoder();
        write(body, text);
        return Wrap(kind, body);
    }

    private static byte[] Wrap(char kind, FrontendEncoder body)
    {
        byte[] bytes = body.ToArray();
        return FrontendEncoder.Message(kind, message => message.Bytes(bytes));
    }

    private delegate void Write(FrontendEncoder bytes, ReadOnlySpan<byte> text);
}
