using System.Globalization;

namespace Lintel.ClusterSimulation.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Options">What was run.</param>
/// <param name="Failure">What was found, or null.</param>
/// <param name="Summary">What it was made of and what was done.</param>
/// <param name="Hash">The trace's hash: equal for equal options.</param>
/// <param name="Elapsed">Virtual time.</param>
/// <param name="Events">Events run.</param>
public sealed record RunReport(
    RunOptions Options, string? Failure, string Summary, ulong Hash, TimeSpan Elapsed, long Events)
{
    /// <summary>Whether nothing was found.</summary>
    public bool IsClean => Failure is null;

    /// <inheritdoc/>
    public override string ToString()
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"{Options.Workload} seed {Options.Seed}: {(IsClean ? "clean" : "FOUND")}, hash {Hash:x16}, {Elapsed.TotalSeconds:F1} s, {Events} events, {Summary}");
        return IsClean ? head : $"{head}\n{Failure}\nreplay: {Options.Command}";
    }
}
