namespace Lintel.Simulation.Network;

/// <summary>One direction between two nodes.</summary>
internal sealed class Link
{
    private const int Lanes = 2;

    /// <summary>Number of reasons why it is cut; 0 is open.</summary>
    public int Cuts { get; set; }

    /// <summary>Nothing arrives before this instant, in ticks; what is sent waits.</summary>
    public long ClogUntil { get; set; }

    /// <summary>Frames on their way, per lane.</summary>
    public int[] InFlight { get; } = new int[Lanes];

    /// <summary>When the last frame of a lane arrives, in ticks: later frames usually come after it.</summary>
    public long[] LastArrival { get; } = new long[Lanes];

    /// <summary>Until when a lane is busy putting bytes on the wire, in ticks.</summary>
    public long[] BusyUntil { get; } = new long[Lanes];
}
