using System.Buffers;
using System.Text;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>Text that a client sends: UTF-8, or an error.</summary>
internal static class WireText
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>The string; 22021 for bytes that are no UTF-8.</summary>
    public static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw new SqlException(
                SqlStates.CharacterNotInRepertoire,
                $"invalid byte sequence for encoding \"UTF8\": 0x{FirstInvalid(utf8):x2}");
        }
    }

    private static byte FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        int at = 0;
        while (at < utf8.Length && Rune.DecodeFromUtf8(utf8[at..], out _, out int length) == OperationStatus.Done) at += length;
        return at < utf8.Length ? utf8[at] : (byte)0;
    }
}
