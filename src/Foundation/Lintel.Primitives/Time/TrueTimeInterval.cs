namespace Lintel.Primitives.Time;

/// <summary>
/// What a node knows of the cluster's time: the instant lies in [<see cref="Earliest"/>, <see cref="Latest"/>].
/// (TT.now() of the Spanner paper, OSDI 2012, section 3.)
/// </summary>
public readonly record struct TrueTimeInterval(Timestamp Earliest, Timestamp Latest)
{
    /// <summary>The full width of the interval: twice the uncertainty.</summary>
    public TimeSpan Width => Latest - Earliest;

    /// <summary>TT.after(t): <paramref name="instant"/> has definitely passed, on every node.</summary>
    public bool IsAfter(Timestamp instant) => Earliest > instant;

    /// <summary>TT.before(t): <paramref name="instant"/> has definitely not arrived, on any node.</summary>
    public bool IsBefore(Timestamp instant) => Latest < instant;

    /// <inheritdoc/>
    public override string ToString() => $"[{Earliest}, {Latest}]";
}
