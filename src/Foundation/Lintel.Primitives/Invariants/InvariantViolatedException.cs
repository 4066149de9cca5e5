namespace Lintel.Primitives.Invariants;

/// <summary>An invariant of docs/invariants.md does not hold: the process can no longer be trusted with that state.</summary>
public sealed class InvariantViolatedException(string id, string? because)
    : Exception($"invariant {id} violated{(because is null ? "" : $": {because}")}")
{
    /// <summary>The invariant's number, for example "R04".</summary>
    public string Id { get; } = id;
}
