using System.Collections.Immutable;
using Lintel.Placement.Candidates;
using Lintel.Placement.Constraints;
using Lintel.Placement.Scoring;

namespace Lintel.Placement.Selection;

/// <summary>
/// Decides where replicas go: filter, score, select. Pure and deterministic: the same candidates and request give the
/// same decision on every node, in whatever order the candidates come. Used for database replicas and volumes alike.
///
/// Selection is a depth-first search over candidates in score order. With one distinguishing property the first branch
/// is the answer; with several, a greedy choice can paint itself into a corner, and the search backs out. It gives up
/// after <see cref="SearchStepsMax"/> steps, which is far beyond what 1,000 nodes with real topologies need.
/// </summary>
public static class ReplicaPlacement
{
    /// <summary>Bound on the search, so that a decision takes milliseconds even for a contrived topology.</summary>
    public const int SearchStepsMax = 200_000;

    /// <summary>Decides. A request that can't be met yields a decision whose <see cref="PlacementDecision.Shortfall"/> says why.</summary>
    public static PlacementDecision Decide(IEnumerable<PlacementCandidate> candidates, PlacementRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.ReplicaCount);
        var ordered = candidates.OrderBy(c => c.NodeName, StringComparer.Ordinal).ThenBy(c => c.PoolName, StringComparer.Ordinal);
        var rejected = ImmutableArray.CreateBuilder<RejectedCandidate>();
        var kept = new List<PlacementCandidate>();
        var usable = new List<PlacementCandidate>();
        foreach (PlacementCandidate candidate in ordered)
        {
            if (request.Existing.Contains(candidate.Node))
            {
                if (kept.TrueForAll(other => other.Node != candidate.Node)) kept.Add(candidate);
                continue;
            }

            if (CandidateFilter.Reject(candidate, request) is { } reason) rejected.Add(new(candidate, reason));
            else usable.Add(candidate);
        }

        int wanted = request.ReplicaCount - request.Existing.Count;
        var scores = Score(usable, request.Weights);
        if (wanted <= 0) return new(Selected: [], [.. scores], rejected.ToImmutable(), Shortfall: null);

        var search = new ReplicaSearch(scores, kept, request);
        if (search.TryFind(wanted, out ImmutableArray<CandidateScore> selected))
            return new(selected, [.. scores], rejected.ToImmutable(), Shortfall: null);

        string shortfall = Explain(request, wanted, usable, search);
        return new(Selected: [], [.. scores], rejected.ToImmutable(), shortfall);
    }

    private static List<CandidateScore> Score(List<PlacementCandidate> usable, PlacementWeights weights)
    {
        int replicasMax = usable.Count == 0 ? 0 : usable.Max(candidate => candidate.ReplicaCount);
        var scores = usable.ConvertAll(candidate => CandidateScore.Of(candidate, replicasMax, weights));
        scores.Sort(CandidateScore.BestFirst);
        return scores;
    }

    private static string Explain(
        PlacementRequest request, int wanted, List<PlacementCandidate> usable, ReplicaSearch search)
    {
        int nodes = usable.Select(candidate => candidate.Node).Distinct().Count();
        string text = $"{request.ReplicaCount} replicas asked, {request.Existing.Count} exist, "
            + $"{wanted} more needed, {nodes} nodes could take one";
        foreach (string key in request.ReplicasOnDifferent)
        {
            int values = usable.Select(candidate => candidate.Property(key)).Distinct(StringComparer.Ordinal).Count();
            text += $"; they lie in {values} different values of '{key}'";
        }

        foreach (string key in request.ReplicasOnSame)
        {
            int largest = usable.GroupBy(candidate => candidate.Property(key), StringComparer.Ordinal)
                .Select(group => group.Count()).DefaultIfEmpty().Max();
            text += $"; at most {largest} share one value of '{key}'";
        }

        return search.GaveUp ? text + $"; the search gave up after {SearchStepsMax} steps" : text;
    }
}
