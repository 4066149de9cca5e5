using System.Diagnostics.CodeAnalysis;

namespace Lintel.Primitives.Invariants;

/// <summary>
/// Assertions that stay on in production. Each names a number that heads a section of docs/invariants.md and, where
/// it is a global property, a checker of the simulator. A broken invariant is a bug: nothing catches it below the
/// node's own loop, which stops serving.
/// </summary>
public static class Invariant
{
    /// <summary>Whether expensive checks run: on in the simulator and in tests, off in production.</summary>
    public static bool Costly { get; set; }

    /// <summary>Requires <paramref name="holds"/>; otherwise reports the broken invariant <paramref name="id"/>.</summary>
    public static void Require(string id, [DoesNotReturnIf(false)] bool holds, string? because = null)
    {
        if (!holds) Fail(id, because);
    }

    /// <summary>Reports the broken invariant <paramref name="id"/>.</summary>
    [DoesNotReturn]
    public static void Fail(string id, string? because = null) => throw new InvariantViolatedException(id, because);
}
