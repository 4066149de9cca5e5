using Lintel.Primitives.Errors;
using Microsoft.Win32.SafeHandles;

namespace Lintel.Environment.Disk;

/// <summary>
/// A file of a <see cref="DirectoryDisk"/>. After a failed sync the kernel may have dropped what was written and
/// report success the next time, so the file refuses every further write and sync.
/// </summary>
internal sealed class DirectoryFile : IDiskFile
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private long _length;
    private LintelError? _failed;

    private DirectoryFile(string path, SafeFileHandle handle)
    {
        (_path, _handle) = (path, handle);
        _length = RandomAccess.GetLength(handle);
    }

    public long Length => Volatile.Read(ref _length);

    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        RequireUsable(offset);
        cancellation.ThrowIfCancellationRequested();
        try
        {
            // Not cancellable once begun: half a record helps nobody.
            await RandomAccess.WriteAsync(_handle, bytes, offset, CancellationToken.None);
        }
        catch (Exception failure) when (DiskErrors.IsOperatingSystem(failure))
        {
            // Some of the bytes may be there.
            Volatile.Write(ref _length, Math.Max(_length, RandomAccess.GetLength(_handle)));
            throw DiskErrors.Of(_path, "write", failure);
        }

        Volatile.Write(ref _length, Math.Max(_length, offset + bytes.Length));
    }

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        try
        {
            int total = 0;
            while (total < buffer.Length)
            {
                int read = await RandomAccess.ReadAsync(_handle, buffer[total..], offset + total, cancellation);
                if (read == 0) break;
                total += read;
            }

            return total;
        }
        catch (Exception failure) when (DiskErrors.IsOperatingSystem(failure))
        {
            throw DiskErrors.Of(_path, "read", failure);
        }
    }

    public async ValueTask SyncAsync(CancellationToken cancellation = default)
    {
        RequireUsable(0);
        cancellation.ThrowIfCancellationRequested();
        int error = await BlockingCall.RunAsync(() => Posix.SyncData(_handle));
        if (error == 0) return;
        LintelException failure = DiskErrors.OfSync(_path, error);
        _failed = failure.Error;
        throw failure;
    }

    public ValueTask TruncateAsync(long length, CancellationToken cancellation = default)
    {
        RequireUsable(length);
        try
        {
            RandomAccess.SetLength(_handle, length);
        }
        catch (Exception failure) when (DiskErrors.IsOperatingSystem(failure))
        {
            return ValueTask.FromException(DiskErrors.Of(_path, "truncate", failure));
        }

        Volatile.Write(ref _length, length);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _handle.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static DirectoryFile Open(string path) =>
        new(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    private void RequireUsable(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (_failed is { } failed) throw failed.ToException();
    }
}
