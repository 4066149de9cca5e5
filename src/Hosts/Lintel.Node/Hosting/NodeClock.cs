using Lintel.Environment.TrueTime;
using Lintel.Environment.TrueTime.Kernel;
using Lintel.Environment.TrueTime.OneHost;
using Lintel.Node.Configuration;
using Lintel.Primitives.Errors;

namespace Lintel.Node.Hosting;

/// <summary>Makes the clock that the configuration names.</summary>
internal static class NodeClock
{
    public static ITrueTime Open(ClockConfiguration clock, TimeProvider time) => clock.Source switch
    {
        ClockSource.OneHost => new OneHostTrueTime(
            time, HostAnchor.Shared(clock.AnchorDirectory, time), OneHostTrueTime.DefaultUncertainty),
        ClockSource.Kernel => OpenKernel(clock, time),
        _ => throw new LintelException(ErrorCode.NotSupported, $"the clock source {clock.Source} is not supported by the node host yet",
            "a node that starts needs the time before it can take part in electing its source", "set clock.source to one-host or kernel"),
    };

    // A host whose clock nothing disciplines is told so at the start, and not by leases that never come.
    private static KernelTrueTime OpenKernel(ClockConfiguration clock, TimeProvider time)
    {
        var kernel = new KernelTrueTime(time, KernelClock.Read, clock.UncertaintyMax);
        if (kernel.IsBounded) return kernel;
        KernelClockReading reading = KernelClock.Read();
        throw new LintelException(ErrorCode.ClockUncertain, "the kernel's clock has no bound that can be used",
            reading.IsSynchronized
                ? $"its error may be {reading.ErrorMax / 1e6:0.#} ms, the limit is {clock.UncertaintyMax.TotalMilliseconds:0.#} ms"
                : "the kernel says that nothing synchronises it",
            "run chrony or ntpd on this host and wait until it is synchronised");
    }
}
