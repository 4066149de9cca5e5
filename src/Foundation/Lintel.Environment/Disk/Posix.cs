using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lintel.Environment.Disk;

/// <summary>The system calls that .NET does not offer: fdatasync, and fsync of a directory.</summary>
internal static class Posix
{
    internal const int InputOutputError = 5;
    internal const int NoSpace = 28;
    internal const int QuotaExceeded = 122;
    private const int Interrupted = 4;
    private const int ReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000;

    /// <summary>Makes a file's bytes and length durable. Returns 0 or the errno.</summary>
    internal static int SyncData(SafeFileHandle file)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return Retried(FDataSync, (int)file.DangerousGetHandle());
        }
        finally
        {
            if (held) file.DangerousRelease();
        }
    }

    /// <summary>Makes the entries of a directory durable. Returns 0 or the errno.</summary>
    internal static int SyncDirectory(string path)
    {
        int descriptor = Open(path, ReadOnlyDirectoryCloseOnExec);
        if (descriptor < 0) return Marshal.GetLastPInvokeError();
        int error = Retried(FSync, descriptor);
        _ = Close(descriptor);
        return error;
    }

    // Only a call that did nothing yet is repeated: EINTR. A failed sync is never tried again.
    private static int Retried(Func<int, int> call, int descriptor)
    {
        while (call(descriptor) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) return error;
        }

        return 0;
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FDataSync(int descriptor);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
