using System.Buffers.Binary;
using System.Globalization;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Splits.Store;

namespace Lintel.Splits.Log;

/// <summary>
/// The bytes of a segment file: its name, its header, and the sizes that frames are made of. All integers are
/// little-endian. The format is described in docs/data-on-disk.md, "Raft log".
/// </summary>
internal static class LogFormat
{
    public const uint Version = 1;
    public const int SegmentHeaderBytes = 72;
    public const uint FrameMagic = 0x5246_544C;
    public const int FrameHeaderBytes = 32;
    public const int DirectoryEntryBytes = 24;
    public const int EntriesHeaderBytes = 12;
    public const int EntryHeaderBytes = 17;
    public const int Alignment = 8;
    public const string BallastName = "raft-ballast";
    private const ulong SegmentMagic = 0x474F_4C4C_5446_4152;
    private const string NamePrefix = "raft-";
    private const string NameSuffix = ".log";

    public static string NameOf(ulong segment) => $"{NamePrefix}{segment:x16}{NameSuffix}";

    public static bool TryParseName(string name, out ulong segment)
    {
        segment = 0;
        return name.Length == NamePrefix.Length + 16 + NameSuffix.Length
            && name.StartsWith(NamePrefix, StringComparison.Ordinal)
            && name.EndsWith(NameSuffix, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(NamePrefix.Length, 16), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out segment);
    }

    public static int Aligned(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    public static byte[] SegmentHeader(in StoreIdentity identity, ulong segment, ulong firstFrame)
    {
        var header = new byte[SegmentHeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, SegmentMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), segment);
        identity.Encode(header.AsSpan(24));
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(56), firstFrame);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(64), Crc32C.Of(header.AsSpan(0, 64)));
        return header;
    }

    /// <summary>The number of the first frame of a segment whose header is intact.</summary>
    public static ulong FirstFrameOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[56..]);

    /// <summary>Whether the header is intact. An intact header of somebody else gives an error as well.</summary>
    public static bool TryReadSegmentHeader(
        ReadOnlySpan<byte> bytes, in StoreIdentity identity, ulong segment, out LintelError? refusal)
    {
        refusal = null;
        if (bytes.Length < SegmentHeaderBytes) return false;
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != SegmentMagic) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[64..]) != Crc32C.Of(bytes[..64])) return false;
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version)
        {
            refusal = new LintelError(ErrorCode.WrongCluster, $"the Raft log has format version {version}",
                $"this binary reads version {Version}", "run the version of Lintel that wrote it");
            return true;
        }

        StoreIdentity found = StoreIdentity.Decode(bytes[24..]);
        if (found != identity)
        {
            refusal = new LintelError(ErrorCode.WrongCluster, $"{NameOf(segment)} belongs to another store",
                $"it is of {found}, not of {identity}", "check the store's path in the node's configuration");
            return true;
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]) == segment;
    }
}

/// <summary>What a record of the log says. The numbers are part of the format.</summary>
internal enum LogRecordKind : byte
{
    /// <summary>Entries from an index on; whatever was stored from that index on is replaced.</summary>
    Entries = 1,

    /// <summary>The peer's hard state.</summary>
    HardState = 2,

    /// <summary>Entries up to an index, of a term, are no longer needed.</summary>
    Compacted = 3,

    /// <summary>A RaftSnapshot replaced the whole log, which goes on after an index of a term.</summary>
    Installed = 4,

    /// <summary>The split's log begins anew, or is gone: nothing before counts.</summary>
    Removed = 5,
}
