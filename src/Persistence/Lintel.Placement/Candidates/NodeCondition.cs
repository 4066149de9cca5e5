namespace Lintel.Placement.Candidates;

/// <summary>Whether a node may take new replicas.</summary>
public enum NodeCondition
{
    /// <summary>Reachable and in service.</summary>
    Online,

    /// <summary>Not heard from.</summary>
    Offline,

    /// <summary>Being emptied by an operator.</summary>
    Draining,
}
