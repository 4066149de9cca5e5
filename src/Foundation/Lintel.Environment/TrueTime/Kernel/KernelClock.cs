using System.Runtime.InteropServices;
using Lintel.Primitives.Errors;

namespace Lintel.Environment.TrueTime.Kernel;

/// <summary>The kernel's clock and its error bound, by adjtimex(2) in read-only use. Linux on 64 bits.</summary>
public static class KernelClock
{
    // <sys/timex.h>
    private const int StatusUnsynchronized = 0x0040;
    private const int StatusClockError = 0x1000;
    private const int StatusNanoseconds = 0x2000;
    private const int StateError = 5;

    /// <summary>Asks the kernel. Fails as NotSupported where there is no such call.</summary>
    public static KernelClockReading Read()
    {
        if (!OperatingSystem.IsLinux() || nint.Size != 8)
        {
            throw new LintelException(
                ErrorCode.NotSupported, "the kernel clock source needs Linux on 64 bits", null, "use the elected clock source");
        }

        Timex timex = default;
        int state = AdjTimex(ref timex);
        if (state < 0)
        {
            throw new LintelException(
                ErrorCode.NotSupported,
                "the kernel does not tell its clock's error",
                $"adjtimex failed with error {Marshal.GetLastPInvokeError()}",
                "use the elected clock source");
        }

        long fraction = (timex.Status & StatusNanoseconds) != 0 ? timex.Microseconds : timex.Microseconds * 1000;
        bool isSynchronized = state != StateError && (timex.Status & (StatusUnsynchronized | StatusClockError)) == 0;
        return new KernelClockReading((timex.Seconds * 1_000_000_000) + fraction, timex.MaxError * 1000, isSynchronized);
    }

    [DllImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AdjTimex(ref Timex timex);

    // struct timex as 64-bit Linux lays it out; 208 bytes, of which the rest is of no interest here.
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    private struct Timex
    {
        [FieldOffset(0)]
        public uint Modes;
        [FieldOffset(24)]
        public long MaxError;
        [FieldOffset(40)]
        public int Status;
        [FieldOffset(72)]
        public long Seconds;
        [FieldOffset(80)]
        public long Microseconds;
    }
}
