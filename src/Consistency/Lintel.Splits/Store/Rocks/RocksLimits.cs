namespace Lintel.Splits.Store.Rocks;

/// <summary>
/// Memory budgets of one RocksDB store. The defaults add up to about 60 MB, so that three nodes fit into one small process.
/// </summary>
public sealed record RocksLimits
{
    /// <summary>
    /// Data blocks of table files kept in memory, in bytes. Indexes and filters of open tables come on top: about 2 bytes a
    /// stored version.
    /// </summary>
    public long BlockCacheBytes { get; init; } = 24L << 20;

    /// <summary>One write buffer; a full one is flushed in the background, in bytes.</summary>
    public long WriteBufferBytes { get; init; } = 8L << 20;

    /// <summary>Write buffers, the one in use included. When all are full, writes wait for a flush.</summary>
    public int WriteBuffers { get; init; } = 4;

    /// <summary>Table files kept open.</summary>
    public int OpenFilesMax { get; init; } = 256;
}
