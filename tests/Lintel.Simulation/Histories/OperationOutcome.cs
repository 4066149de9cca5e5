namespace Lintel.Simulation.Histories;

/// <summary>What a client learned of its operation.</summary>
public enum OperationOutcome
{
    /// <summary>Nothing: it may have happened, may happen later, or never.</summary>
    Unknown,

    /// <summary>It happened, between its invocation and its completion.</summary>
    Ok,

    /// <summary>It did not happen and never will.</summary>
    Fail,
}
