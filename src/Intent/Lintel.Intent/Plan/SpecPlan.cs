using System.Collections.Immutable;
using Lintel.Primitives.Errors;

namespace Lintel.Intent.Plan;

/// <summary>The reviewable difference between what is and what a spec asks for.</summary>
/// <param name="Steps">What would change, in the order it would be done; empty when nothing would.</param>
/// <param name="Risks">What the change or its result does not survive.</param>
/// <param name="Refusals">Why the spec can't be applied as it is; with any, nothing of it is.</param>
public sealed record SpecPlan(
    ImmutableArray<PlanStep> Steps, ImmutableArray<string> Risks, ImmutableArray<LintelError> Refusals)
{
    /// <summary>Whether the plan may be applied.</summary>
    public bool IsApplicable => Refusals.IsEmpty;

    /// <summary>Throws the first refusal, with the others in its details.</summary>
    public void RequireApplicable()
    {
        if (IsApplicable) return;
        LintelError first = Refusals[0];
        throw (Refusals.Length == 1 ? first
            : first with { Details = string.Join('\n', Refusals.Select(refusal => refusal.ToString())) }).ToException();
    }
}
