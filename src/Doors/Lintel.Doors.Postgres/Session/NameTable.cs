using System.Text;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// Statement and portal names as strings. A client uses the same few over and over: a name seen lately costs no string.
/// A fixed number of slots, each overwritten by the next name that falls into it.
/// </summary>
internal sealed class NameTable
{
    private const int Slots = 64;
    private const int NameBytesMax = 64;
    private readonly (byte[] Utf8, string Name)[] _slots = new (byte[], string)[Slots];

    /// <summary>The string of a name.</summary>
    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > NameBytesMax) return Encoding.UTF8.GetString(utf8);
        uint hash = 2166136261;
        foreach (byte b in utf8) hash = unchecked((hash ^ b) * 16777619);
        ref (byte[] Utf8, string Name) slot = ref _slots[hash % Slots];
        if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8)) slot = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return slot.Name;
    }
}
