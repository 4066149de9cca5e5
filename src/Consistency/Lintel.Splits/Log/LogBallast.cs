using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;

namespace Lintel.Splits.Log;

/// <summary>
/// A file that takes up space while all is well. When the disk is full it is removed, and the small records that lead
/// out of the situation (compactions, removals, hard states) find room.
/// </summary>
internal sealed class LogBallast(IDisk disk, long bytes)
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Whether the room is set aside, or none is wanted.</summary>
    public bool IsHeld { get; private set; } = bytes == 0;

    /// <summary>Sets the room aside. False, and no file, when the disk has none.</summary>
    public async ValueTask<bool> TryTakeAsync()
    {
        if (IsHeld) return true;
        try
        {
            await using IDiskFile file = await disk.OpenAsync(LogFormat.BallastName);
            // Real bytes: a hole would set nothing aside, and zeros may be compressed away.
            var chunk = new byte[ChunkBytes];
            for (int i = 0; i < chunk.Length; i++) chunk[i] = (byte)((i * 167) >> 3);
            for (long at = file.Length; at < bytes; at += ChunkBytes)
                await file.WriteAsync(at, chunk.AsMemory(0, (int)Math.Min(ChunkBytes, bytes - at)));
            await file.SyncAsync();
            return IsHeld = true;
        }
        catch (LintelException full) when (full.Error.Code == ErrorCode.DiskFull)
        {
            await disk.DeleteAsync(LogFormat.BallastName);
            return false;
        }
    }

    /// <summary>Gives the room to whoever needs it.</summary>
    public async ValueTask GiveUpAsync()
    {
        if (bytes == 0) return;
        IsHeld = false;
        await disk.DeleteAsync(LogFormat.BallastName);
    }

    /// <summary>Whether there is space again for the ballast and as much on top.</summary>
    public bool HasRoomAgain => disk.FreeBytes >= Math.Max(2 * bytes, ChunkBytes);
}
