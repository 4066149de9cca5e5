using Lintel.Primitives.Errors;
using Microsoft.Win32.SafeHandles;

namespace Lintel.Environment.Disk;

/// <summary>
/// The real disk: one directory of a Linux file system. It is held by an exclusive lock on a file of its own, so that
/// two processes cannot write to one store; the operating system drops the lock when the process ends.
///
/// Writes go to the page cache; syncs are fdatasync and block a thread of the pool, never the store's context. Errors:
/// DiskFull for ENOSPC and EDQUOT, NotFound, and DiskFailed for everything else, with the path and the system's text.
/// </summary>
public sealed class DirectoryDisk : IDisk, IDisposable
{
    private const string LockName = ".lintel-lock";
    private readonly string _path;
    private readonly SafeFileHandle _lock;

    private DirectoryDisk(string path, SafeFileHandle held) => (_path, _lock) = (path, held);

    /// <inheritdoc/>
    public long FreeBytes => new DriveInfo(_path).AvailableFreeSpace;

    /// <summary>
    /// Opens the directory, creating it when it does not exist. FailedPrecondition when another process, or this one,
    /// has it open; NotSupported where directories cannot be synced.
    /// </summary>
    public static DirectoryDisk Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LintelException(
                ErrorCode.NotSupported, "stores need Linux", "renames cannot be made durable here", "run the node on Linux");
        }

        string full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception failure) when (DiskErrors.IsOperatingSystem(failure))
        {
            throw DiskErrors.Of(full, "create", failure);
        }

        return new DirectoryDisk(full, Lock(full));
    }

    /// <inheritdoc/>
    public ValueTask<IDiskFile> OpenAsync(string name, CancellationToken cancellation = default)
    {
        string path = PathOf(name);
        return CompleteAsync<IDiskFile>(path, "open", () => DirectoryFile.Open(path));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListAsync(CancellationToken cancellation = default) =>
        CompleteAsync<IReadOnlyList<string>>(_path, "list", () =>
        {
            string[] names = [.. Directory.EnumerateFiles(_path).Select(file => Path.GetFileName(file)).Where(name => name != LockName)];
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        });

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string name, CancellationToken cancellation = default)
    {
        string path = PathOf(name);
        await CompleteAsync(path, "delete", () =>
        {
            File.Delete(path);
            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask RenameAsync(string from, string to, CancellationToken cancellation = default)
    {
        string source = PathOf(from), target = PathOf(to);
        await CompleteAsync(source, "rename", () =>
        {
            File.Move(source, target, overwrite: true);
            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask SyncDirectoryAsync(CancellationToken cancellation = default)
    {
        int error = await BlockingCall.RunAsync(() => Posix.SyncDirectory(_path));
        if (error != 0) throw DiskErrors.OfSync(_path, error);
    }

    /// <summary>Gives the directory back. Files that are still open stay usable; close them first.</summary>
    public void Dispose() => _lock.Dispose();

    private static SafeFileHandle Lock(string directory)
    {
        string path = Path.Combine(directory, LockName);
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (File.Exists(path) && failure.HResult is not (Posix.NoSpace or Posix.QuotaExceeded or Posix.InputOutputError))
        {
            throw new LintelError(
                ErrorCode.FailedPrecondition,
                $"the store directory {directory} is in use",
                "another process holds its lock",
                "stop the other node, or give this one its own directory").ToException(failure);
        }
        catch (Exception failure) when (DiskErrors.IsOperatingSystem(failure))
        {
            throw DiskErrors.Of(path, "lock", failure);
        }
    }

    private static ValueTask<T> CompleteAsync<T>(string path, string operation, Func<T> body)
    {
        try
        {
            return ValueTask.FromResult(body());
        }
        catch (Exception failure) when (DiskErrors.IsOperatingSystem(failure))
        {
            return ValueTask.FromException<T>(DiskErrors.Of(path, operation, failure));
        }
    }

    private string PathOf(string name)
    {
        if (name.Length > 0 && name is not ("." or ".." or LockName) && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0)
            return Path.Combine(_path, name);
        throw new LintelException(ErrorCode.InvalidArgument, $"'{name}' is no file name", "a disk is one flat directory");
    }
}
