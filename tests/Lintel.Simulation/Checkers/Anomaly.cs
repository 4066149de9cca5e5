namespace Lintel.Simulation.Checkers;

/// <summary>Something in a history that the promise forbids.</summary>
/// <param name="Kind">Its name, as the literature or the checker has it: "G-single", "lost".</param>
/// <param name="Text">The operations that show it, for people.</param>
public sealed record Anomaly(string Kind, string Text)
{
    /// <summary>Checkers stop collecting at this many: the first ones tell the story.</summary>
    public const int Enough = 20;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Text}";
}
