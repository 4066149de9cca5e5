using System.Text;

namespace Lintel.Primitives.Keys;

/// <summary>Renders key bytes for people: printable ASCII as it is, a backslash doubled, the rest as \xNN.</summary>
public static class KeyText
{
    /// <summary>Renders <paramref name="bytes"/>.</summary>
    public static string Render(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 8);
        foreach (byte b in bytes)
        {
            if (b == (byte)'\\') text.Append(@"\\");
            else if (b is > 0x20 and < 0x7F) text.Append((char)b);
            else text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }

        return text.ToString();
    }
}
