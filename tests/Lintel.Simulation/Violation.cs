using System.Globalization;

namespace Lintel.Simulation;

/// <summary>Something that must not happen, and did.</summary>
/// <param name="Seed">The seed that replays it.</param>
/// <param name="At">When, since the world began.</param>
/// <param name="Checker">Which checker saw it, or where the exception came from.</param>
/// <param name="Text">What it saw.</param>
/// <param name="Exception">The exception, where it was one.</param>
public sealed record Violation(ulong Seed, TimeSpan At, string Checker, string Text, Exception? Exception = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"seed {Seed}, at {At.TotalSeconds:F6} s, {Checker}: {Text}");
}
