using Lintel.Primitives.Random;

namespace Lintel.ClusterSimulation.Faults;

/// <summary>Which faults a run has and how often: drawn from its seed (swarm testing: Groce et al., 2012).</summary>
/// <param name="Kinds">The kinds selected.</param>
/// <param name="Every">Mean pause between two faults that begin.</param>
/// <param name="Uncertainty">Half-width of the nodes' TrueTime.</param>
public sealed record FaultPlan(IReadOnlyList<FaultKind> Kinds, TimeSpan Every, TimeSpan Uncertainty)
{
    private static readonly TimeSpan[] Uncertainties =
    [
        TimeSpan.FromMicroseconds(50), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(40),
    ];

    /// <summary>A run without faults.</summary>
    public static FaultPlan None { get; } = new([], TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1));

    /// <summary>Draws a plan. <paramref name="always"/> are selected whatever is drawn.</summary>
    public static FaultPlan Draw(Prng random, params FaultKind[] always)
    {
        double share = random.NextDouble() * 0.6;
        var kinds = new List<FaultKind>();
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            bool isDrawn = kind != FaultKind.ClockLie && random.Chance(share);
            if (isDrawn || always.Contains(kind)) kinds.Add(kind);
        }

        TimeSpan every = random.Between(TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(900));
        return new FaultPlan(kinds, every, random.Pick(Uncertainties));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"uncertainty {Uncertainty.TotalMilliseconds} ms, {(Kinds.Count == 0 ? "no faults" : string.Join(", ", Kinds))}";
}
