namespace Lintel.Splits.Log;

/// <summary>Sizes of one store's Raft log.</summary>
public sealed record LogOptions
{
    /// <summary>A segment file is closed once it is this long, in bytes.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Entry data kept in memory, of all splits together, in bytes.</summary>
    public long MemoryBytesMax { get; init; } = 32L << 20;

    /// <summary>The preallocated file that is given up when the disk is full, in bytes; zero for none.</summary>
    public long BallastBytes { get; init; } = 16L << 20;

    /// <summary>
    /// Zeros written ahead of the frames, in bytes; zero for none. A sync that finds the file's length unchanged does not
    /// wait for the file system's journal.
    /// </summary>
    public int WriteAheadBytes { get; init; }

    /// <summary>Bytes of payload that one batch may have.</summary>
    public int BatchBytesMax { get; init; } = 64 << 20;

    /// <summary>A split whose stored entries are no larger is rewritten forward, so that it does not pin old segments.</summary>
    public long RewriteBytesMax { get; init; } = 1L << 20;
}
