using System.Globalization;
using Lintel.Placement.Candidates;

namespace Lintel.Placement.Scoring;

/// <summary>How good a candidate is, with the parts it is made of.</summary>
/// <param name="Candidate">What is scored.</param>
/// <param name="FreeSpace">Share of the pool that is free, in [0, 1].</param>
/// <param name="FewReplicas">1 for an empty pool, 0 for the one with the most replicas.</param>
/// <param name="Total">The weighted sum.</param>
public sealed record CandidateScore(PlacementCandidate Candidate, double FreeSpace, double FewReplicas, double Total)
{
    /// <summary>Scores one candidate among others of which the fullest holds <paramref name="replicasMax"/> replicas.</summary>
    public static CandidateScore Of(PlacementCandidate candidate, int replicasMax, PlacementWeights weights)
    {
        double free = candidate.CapacityBytes <= 0 ? 0 : Math.Clamp((double)candidate.FreeBytes / candidate.CapacityBytes, 0, 1);
        double few = replicasMax == 0 ? 1 : 1 - ((double)candidate.ReplicaCount / replicasMax);
        return new(candidate, free, few, (weights.FreeSpace * free) + (weights.FewReplicas * few));
    }

    /// <summary>Best first; equal scores by node and pool name, so that every node of the cluster agrees.</summary>
    public static int BestFirst(CandidateScore a, CandidateScore b)
    {
        int byTotal = b.Total.CompareTo(a.Total);
        return byTotal != 0 ? byTotal : string.CompareOrdinal(a.Candidate.Name, b.Candidate.Name);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Candidate.Name} {Total:0.000} (free {FreeSpace:0.00}, few replicas {FewReplicas:0.00})");
}
