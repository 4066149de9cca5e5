namespace Lintel.Environment.Network;

/// <summary>Bounds of a <see cref="RequestChannel"/>.</summary>
/// <param name="OutstandingMax">
/// Calls that may wait for an answer at once; more are refused as Busy. Default: 1024 client connections x 4 splits
/// each, twice.
/// </param>
/// <param name="ServingMax">Requests of others that may be in progress here at once; more are answered Busy.</param>
public sealed record RequestLimits(int OutstandingMax = 8192, int ServingMax = 8192)
{
    /// <summary>The bounds used unless a host says otherwise.</summary>
    public static RequestLimits Default { get; } = new();
}
