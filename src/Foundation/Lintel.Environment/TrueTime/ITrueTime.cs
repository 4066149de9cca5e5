using Lintel.Primitives.Time;

namespace Lintel.Environment.TrueTime;

/// <summary>
/// The clock door. All nodes' intervals contain the same instant at any moment, or the node says that it does not know.
/// </summary>
public interface ITrueTime
{
    /// <summary>The interval that contains the present. <c>Earliest</c> never decreases on one node.</summary>
    TrueTimeInterval Now();

    /// <summary>
    /// Whether the bound can be trusted now. While false the node holds no lease, assigns no timestamp and serves no
    /// strong read; <see cref="Now"/> still answers, with a bound that is as wide as the doubt.
    /// </summary>
    bool IsBounded { get; }
}
