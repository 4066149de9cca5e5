using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;

namespace Lintel.Splits.Log;

/// <summary>An open segment file.</summary>
internal sealed class LogSegment(ulong sequence, IDiskFile file, long end)
{
    private const int ReadBytes = 1 << 20;
    private const int SectorBytes = 4_096;

    public ulong Sequence { get; } = sequence;

    public IDiskFile File { get; } = file;

    /// <summary>Where the next frame goes.</summary>
    public long End { get; set; } = end;

    /// <summary>
    /// Reads a whole file. A part that the device cannot read comes as zeros, and its offset is returned in
    /// <c>Unreadable</c> (the last one; -1 for none), so that the rest can still be used.
    /// </summary>
    public static async ValueTask<(byte[] Bytes, long Unreadable)> ReadAllAsync(IDiskFile file, CancellationToken cancellation)
    {
        var bytes = new byte[file.Length];
        long unreadable = -1;
        for (int at = 0; at < bytes.Length; at += ReadBytes)
        {
            Memory<byte> part = bytes.AsMemory(at, Math.Min(ReadBytes, bytes.Length - at));
            if (await TryReadAsync(file, at, part, cancellation)) continue;
            for (int sector = 0; sector < part.Length; sector += SectorBytes)
            {
                Memory<byte> piece = part.Slice(sector, Math.Min(SectorBytes, part.Length - sector));
                if (await TryReadAsync(file, at + sector, piece, cancellation)) continue;
                piece.Span.Clear();
                unreadable = at + sector;
            }
        }

        return (bytes, unreadable);
    }

    private static async ValueTask<bool> TryReadAsync(
        IDiskFile file, long offset, Memory<byte> into, CancellationToken cancellation)
    {
        try
        {
            return await file.ReadAsync(offset, into, cancellation) == into.Length;
        }
        catch (LintelException failure) when (failure.Error.Code is ErrorCode.DiskFailed or ErrorCode.Corruption)
        {
            return false;
        }
    }
}
