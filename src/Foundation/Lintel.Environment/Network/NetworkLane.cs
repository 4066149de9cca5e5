namespace Lintel.Environment.Network;

/// <summary>Which of the connections between two nodes carries a frame.</summary>
public enum NetworkLane
{
    /// <summary>Consensus, leases, requests: small frames, low latency.</summary>
    Control = 0,

    /// <summary>Snapshots and other bulk transfers, which must not delay the others.</summary>
    Bulk = 1,
}
