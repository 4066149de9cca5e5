namespace Lintel.Environment.Disk;

/// <summary>An open file of an <see cref="IDisk"/>. One writer at a time; reads may run beside it.</summary>
public interface IDiskFile : IAsyncDisposable
{
    /// <summary>Length in bytes, with what has been written but not synced.</summary>
    long Length { get; }

    /// <summary>Writes all of <paramref name="bytes"/> at <paramref name="offset"/>, extending the file if need be.</summary>
    ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default);

    /// <summary>Reads up to the buffer's length; returns the bytes read, fewer only at the end of the file.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellation = default);

    /// <summary>Makes everything written so far durable (fdatasync). A failure is final: the file must not be trusted.</summary>
    ValueTask SyncAsync(CancellationToken cancellation = default);

    /// <summary>Cuts or extends (with zeros) the file.</summary>
    ValueTask TruncateAsync(long length, CancellationToken cancellation = default);
}
