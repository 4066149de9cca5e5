using System.Buffers.Binary;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Log;

/// <summary>
/// One batch as it is in a segment: what is written by one write and, unless told otherwise, made durable by one sync.
/// A fixed header, a directory of the records, then their payloads. The header's checksum covers the directory too and
/// is bound to the segment and the offset, so bytes of another place never pass for a frame.
/// </summary>
/// <param name="Sequence">1, 2, 3 ... over the life of the store's log.</param>
/// <param name="SyncedThrough">Frames up to this one were durable when this one was written.</param>
/// <param name="Records">In the order they were added.</param>
/// <param name="End">Offset behind the frame and its padding.</param>
internal sealed record LogFrame(ulong Sequence, ulong SyncedThrough, LogRecord[] Records, long End)
{
    public bool IsIntact => Array.TrueForAll(Records, static record => record.IsIntact);

    /// <summary>Writes a frame around the records of a batch.</summary>
    public static void Encode(WireWriter into, LogBatch batch, ulong sequence, ulong syncedThrough, ulong segment, long offset)
    {
        into.Clear();
        into.Fixed32(LogFormat.FrameMagic);
        into.Fixed32((uint)batch.Records.Count);
        into.Fixed64(sequence);
        into.Fixed64(syncedThrough);
        into.Fixed32((uint)batch.Body.Length);
        int checksumAt = into.Length;
        into.Fixed32(0);
        foreach (LogBatch.Placed record in batch.Records)
        {
            ReadOnlySpan<byte> payload = batch.Body.Span.Slice(record.Offset, record.Length);
            into.Fixed64(record.Split.Value);
            into.Fixed32((uint)record.Length);
            into.Fixed32(LogRecord.Checksum(record.Split, record.Kind, payload));
            into.Fixed64((byte)record.Kind);
        }

        uint checksum = HeaderChecksum(into.Written.Span, checksumAt, segment, offset);
        Span<byte> header = System.Runtime.InteropServices.MemoryMarshal.AsMemory(into.Written).Span;
        BinaryPrimitives.WriteUInt32LittleEndian(header[checksumAt..], checksum);
        into.Raw(batch.Body.Span);
        for (int pad = LogFormat.Aligned(into.Length) - into.Length; pad > 0; pad--) into.Byte(0);
    }

    /// <summary>
    /// The frame at an offset; null when there is no intact header with its directory. Payloads that are damaged or cut
    /// off by the end of the segment are marked so.
    /// </summary>
    public static LogFrame? Read(ReadOnlyMemory<byte> segmentBytes, long offset, ulong segment)
    {
        ReadOnlySpan<byte> rest = segmentBytes.Span[(int)offset..];
        if (rest.Length < LogFormat.FrameHeaderBytes) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(rest) != LogFormat.FrameMagic) return null;
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        if (count > (uint)(rest.Length / LogFormat.DirectoryEntryBytes)) return null;
        int headerBytes = LogFormat.FrameHeaderBytes + ((int)count * LogFormat.DirectoryEntryBytes);
        if (headerBytes > rest.Length) return null;
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(rest[28..]);
        if (checksum != HeaderChecksum(rest[..headerBytes], 28, segment, offset)) return null;
        uint body = BinaryPrimitives.ReadUInt32LittleEndian(rest[24..]);
        if (body > int.MaxValue - headerBytes - LogFormat.Alignment) return null;
        LogRecord[] records = ReadRecords(segmentBytes, offset, headerBytes, (int)count);
        return new LogFrame(
            BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]),
            records,
            offset + LogFormat.Aligned(headerBytes + (int)body));
    }

    private static LogRecord[] ReadRecords(ReadOnlyMemory<byte> segmentBytes, long offset, int headerBytes, int count)
    {
        var records = new LogRecord[count];
        ReadOnlySpan<byte> directory = segmentBytes.Span[((int)offset + LogFormat.FrameHeaderBytes)..];
        long at = offset + headerBytes;
        for (int i = 0; i < count; i++, directory = directory[LogFormat.DirectoryEntryBytes..])
        {
            var split = new SplitId(BinaryPrimitives.ReadUInt64LittleEndian(directory));
            long length = BinaryPrimitives.ReadUInt32LittleEndian(directory[8..]);
            uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(directory[12..]);
            var kind = (LogRecordKind)directory[16];
            bool present = at + length <= segmentBytes.Length;
            ReadOnlyMemory<byte> payload = present ? segmentBytes.Slice((int)at, (int)length) : default;
            bool intact = present && checksum == LogRecord.Checksum(split, kind, payload.Span);
            records[i] = new LogRecord(split, kind, payload, at, intact);
            at += length;
        }

        return records;
    }

    private static uint HeaderChecksum(ReadOnlySpan<byte> header, int checksumAt, ulong segment, long offset)
    {
        Span<byte> place = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(place, segment);
        BinaryPrimitives.WriteInt64LittleEndian(place[8..], offset);
        uint running = Crc32C.Append(uint.MaxValue, place);
        running = Crc32C.Append(running, header[..checksumAt]);
        return ~Crc32C.Append(running, header[(checksumAt + 4)..]);
    }
}
