using System.Collections.Immutable;
using Lintel.Placement.Candidates;
using Lintel.Placement.Scoring;
using Lintel.Primitives.Errors;

namespace Lintel.Placement.Selection;

/// <summary>What placement decided, and why.</summary>
/// <param name="Selected">The pools that take a new replica, best first; empty when the request can't be met.</param>
/// <param name="Considered">Every pool that could take one, best first, with its score.</param>
/// <param name="Rejected">Every pool that could not, with the reason.</param>
/// <param name="Shortfall">Why the request can't be met; null when it is.</param>
public sealed record PlacementDecision(
    ImmutableArray<CandidateScore> Selected,
    ImmutableArray<CandidateScore> Considered,
    ImmutableArray<RejectedCandidate> Rejected,
    string? Shortfall)
{
    /// <summary>Whether the request is met.</summary>
    public bool IsMet => Shortfall is null;

    /// <summary>The error of an unmet request, with one line for each refused pool.</summary>
    public LintelError ToError(string what) => new(
        ErrorCode.PlacementImpossible,
        $"{what} cannot be placed",
        Shortfall,
        "add nodes or pools, free space, or relax the resource group's constraints",
        string.Join('\n', Rejected.Select(rejected => $"{rejected.Candidate.Name}: {rejected.Reason}")));
}

/// <summary>A pool that cannot take a replica, and the reason.</summary>
public sealed record RejectedCandidate(PlacementCandidate Candidate, string Reason);
