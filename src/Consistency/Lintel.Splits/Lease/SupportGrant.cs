using Lintel.Primitives.Time;

namespace Lintel.Splits.Lease;

/// <summary>
/// One node's support for another: promises made under <paramref name="Epoch"/> hold until <paramref name="Until"/>
/// has definitely passed on the supporter's clock. Epoch zero is no support.
/// </summary>
public readonly record struct SupportGrant(ulong Epoch, Timestamp Until)
{
    /// <summary>No support.</summary>
    public static SupportGrant None => default;
}
