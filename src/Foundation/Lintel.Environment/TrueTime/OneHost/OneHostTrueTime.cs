using Lintel.Primitives.Time;

namespace Lintel.Environment.TrueTime.OneHost;

/// <summary>
/// TrueTime for nodes that share one host: they read the same monotonic clock, and add the same
/// <see cref="HostAnchor"/> to it, so their intervals agree but for the instant of the reading. The bound is fixed.
///
/// The wall clock is looked at once, when the anchor is made. Its rate is that of the monotonic clock (the kernel slews
/// both); when somebody steps it, this clock goes on as before, for every node of the host alike: external consistency
/// needs agreement between the nodes, not with the world. Nodes on different hosts must not use this source.
/// </summary>
public sealed class OneHostTrueTime(TimeProvider time, HostAnchor anchor, TimeSpan uncertainty) : ITrueTime
{
    private readonly HostMonotonic _monotonic = new(time);
    private readonly long _uncertainty = uncertainty.Ticks * 100;

    /// <summary>
    /// The bound used unless a host says otherwise. Two reads of one monotonic clock by two processors differ by less
    /// than a microsecond; the rest is margin.
    /// </summary>
    public static TimeSpan DefaultUncertainty { get; } = TimeSpan.FromMicroseconds(50);

    /// <summary>Always: what the bound rests on, one clock under all the nodes, cannot be lost while a node runs.</summary>
    public bool IsBounded => true;

    /// <inheritdoc/>
    public TrueTimeInterval Now()
    {
        // A fixed distance from a clock that never runs backwards: Earliest needs no memory to be monotonic.
        long now = anchor.Offset + _monotonic.Nanoseconds();
        return new TrueTimeInterval(new Timestamp(now - _uncertainty), new Timestamp(now + _uncertainty));
    }
}
