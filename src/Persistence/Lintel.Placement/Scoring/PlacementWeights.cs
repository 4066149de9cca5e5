namespace Lintel.Placement.Scoring;

/// <summary>What each score counts for; each score is normalised to [0, 1], higher is better.</summary>
/// <param name="FreeSpace">Share of the pool that is free.</param>
/// <param name="FewReplicas">Fewer replicas than the fullest candidate.</param>
public readonly record struct PlacementWeights(double FreeSpace, double FewReplicas)
{
    /// <summary>Spread first, then fill the emptiest.</summary>
    public static PlacementWeights Default => new(FreeSpace: 1.0, FewReplicas: 2.0);
}
