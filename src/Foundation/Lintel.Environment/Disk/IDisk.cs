namespace Lintel.Environment.Disk;

/// <summary>
/// The disk door: one flat directory of files, for the Raft log and small metadata. (RocksDB opens its own files.)
/// What was written but not synced may be lost or torn by a crash; a rename is durable after <see cref="SyncDirectoryAsync"/>.
/// Failures surface as <see cref="Primitives.Errors.LintelException"/> with DiskFull, DiskFailed or NotFound.
/// </summary>
public interface IDisk
{
    /// <summary>Opens a file, creating it empty when it does not exist.</summary>
    ValueTask<IDiskFile> OpenAsync(string name, CancellationToken cancellation = default);

    /// <summary>Names of the files, in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(CancellationToken cancellation = default);

    /// <summary>Removes a file; no error when it does not exist.</summary>
    ValueTask DeleteAsync(string name, CancellationToken cancellation = default);

    /// <summary>Renames a file over another, atomically.</summary>
    ValueTask RenameAsync(string from, string to, CancellationToken cancellation = default);

    /// <summary>Makes creations, renames and removals durable.</summary>
    ValueTask SyncDirectoryAsync(CancellationToken cancellation = default);

    /// <summary>Bytes the file system could still take.</summary>
    long FreeBytes { get; }
}
