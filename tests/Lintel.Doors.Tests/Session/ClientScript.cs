using System.Globalization;
using System.Text;
using Lintel.Doors.Tests.Codec;

namespace Lintel.Doors.Tests.Session;

/// <summary>
/// Client messages from lines: <c>Q text</c>, <c>P name|text|oid oid</c>, <c>B portal|statement|values|formats|results</c>
/// (values separated by commas; <c>null</c>, <c>x:hex</c>), <c>D S|name</c>, <c>D P|name</c>, <c>E portal|rows</c>,
/// <c>C S|name</c>, <c>S</c>, <c>H</c>, <c>X</c>, <c>d text</c> (with \n and \t), <c>c</c>, <c>f reason</c>, <c>raw hex</c>.
/// </summary>
internal static class ClientScript
{
    public static byte[] Encode(IEnumerable<string> lines) => lines.SelectMany(Message).ToArray();

    /// <summary>How many ReadyForQuery answer the lines.</summary>
    public static int Answers(IEnumerable<string> lines) =>
        lines.Count(line => line is "S" || line.StartsWith("Q ", StringComparison.Ordinal) || line is "Q");

    private static byte[] Message(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string verb = space < 0 ? line : line[..space];
        string[] fields = (space < 0 ? "" : line[(space + 1)..]).Split('|');
        return verb switch
        {
            "Q" => FrontendEncoder.Message('Q', bytes => bytes.Text(line.Length > 2 ? line[2..] : "")),
            "P" => Parse(fields),
            "B" => Bind(fields),
            "D" or "C" => FrontendEncoder.Message(verb[0], bytes => bytes.Byte((byte)fields[0][0]).Text(fields[1])),
            "E" => FrontendEncoder.Message('E', bytes => bytes.Text(fields[0]).Int32(fields.Length > 1 ? Number(fields[1]) : 0)),
            "S" or "H" or "X" or "c" => FrontendEncoder.Message(verb[0], _ => { }),
            "d" => FrontendEncoder.Message('d', bytes => bytes.Bytes(Encoding.UTF8.GetBytes(Unescape(line[2..])))),
            "f" => FrontendEncoder.Message('f', bytes => bytes.Text(line[2..])),
            "raw" => Convert.FromHexString(line[4..].Replace(" ", "", StringComparison.Ordinal)),
            _ => throw new ArgumentException($"unknown message {line}"),
        };
    }

    private static byte[] Parse(string[] fields)
    {
        string[] oids = fields.Length > 2 ? fields[2].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return FrontendEncoder.Message('P', bytes =>
        {
            bytes.Text(fields[0]).Text(fields[1]).Int16(oids.Length);
            foreach (string oid in oids) bytes.Int32(Number(oid));
        });
    }

    private static byte[] Bind(string[] fields)
    {
        string[] values = fields.Length > 2 && fields[2].Length > 0 ? fields[2].Split(',') : [];
        string[] formats = fields.Length > 3 ? fields[3].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        string[] results = fields.Length > 4 ? fields[4].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return FrontendEncoder.Message('B', bytes =>
        {
            bytes.Text(fields[0]).Text(fields.Length > 1 ? fields[1] : "").Int16(formats.Length);
            foreach (string format in formats) bytes.Int16(Number(format));
            bytes.Int16(values.Length);
            foreach (string value in values) Value(bytes, value);
            bytes.Int16(results.Length);
            foreach (string format in results) bytes.Int16(Number(format));
        });
    }

    private static void Value(FrontendEncoder bytes, string value)
    {
        if (value == "null")
        {
            bytes.Int32(-1);
            return;
        }

        byte[] content = value.StartsWith("x:", StringComparison.Ordinal)
            ? Convert.FromHexString(value[2..])
            : Encoding.UTF8.GetBytes(value);
        bytes.Int32(content.Length).Bytes(content);
    }

    private static string Unescape(string text) =>
        text.Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\t", "\t", StringComparison.Ordinal);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
