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
        ClockSource.Kernel => new KernelTrueTime(time, KernelClock.Read, clock.UncertaintyMax),
        _ => throw new LintelException(ErrorCode.NotSupported, $"the clock source {clock.Source} is not supported",
            "this version does not run it", "set clock.source to one-host or kernel"),
    };
}
