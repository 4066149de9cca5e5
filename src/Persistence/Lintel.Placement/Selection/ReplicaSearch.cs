using System.Collections.Immutable;
using Lintel.Placement.Candidates;
using Lintel.Placement.Constraints;
using Lintel.Placement.Scoring;

namespace Lintel.Placement.Selection;

/// <summary>The bounded depth-first search behind <see cref="ReplicaPlacement"/>.</summary>
internal sealed class ReplicaSearch(
    IReadOnlyList<CandidateScore> scores, IReadOnlyList<PlacementCandidate> kept, PlacementRequest request)
{
    private readonly List<PlacementCandidate> _chosen = [.. kept];
    private readonly List<CandidateScore> _selected = [];
    private int _steps;

    /// <summary>Whether the bound was hit, so that "impossible" is not proven.</summary>
    public bool GaveUp => _steps >= ReplicaPlacement.SearchStepsMax;

    /// <summary>Finds <paramref name="wanted"/> candidates that satisfy the constraints, best scores first.</summary>
    public bool TryFind(int wanted, out ImmutableArray<CandidateScore> selected)
    {
        bool found = Descend(from: 0, wanted);
        selected = found ? [.. _selected] : [];
        return found;
    }

    private bool Descend(int from, int wanted)
    {
        if (wanted == 0) return true;
        for (int i = from; i <= scores.Count - wanted; i++)
        {
            if (++_steps >= ReplicaPlacement.SearchStepsMax) return false;
            PlacementCandidate candidate = scores[i].Candidate;
            if (!Fits(candidate)) continue;
            _chosen.Add(candidate);
            _selected.Add(scores[i]);
            if (Descend(i + 1, wanted - 1)) return true;
            _chosen.RemoveAt(_chosen.Count - 1);
            _selected.RemoveAt(_selected.Count - 1);
        }

        return false;
    }

    private bool Fits(PlacementCandidate candidate)
    {
        foreach (PlacementCandidate other in _chosen)
        {
            if (other.Node == candidate.Node) return false;
            foreach (string key in request.ReplicasOnDifferent.AsSpan())
                if (string.Equals(other.Property(key), candidate.Property(key), StringComparison.Ordinal)) return false;
            foreach (string key in request.ReplicasOnSame.AsSpan())
                if (!string.Equals(other.Property(key), candidate.Property(key), StringComparison.Ordinal)) return false;
        }

        return true;
    }
}
