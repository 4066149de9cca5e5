using Lintel.Environment.TrueTime;
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
        _ => throw new LintelException(ErrorCode.NotSupported, $"the clock source {clock.Source} is not supported",
            "only nodes of one host can run as yet", "set clock.source to one-host"),
    };
}
