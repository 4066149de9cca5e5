namespace Lintel.Primitives.Identifiers;

/// <summary>
/// Names one cluster. Stamped into every store and every handshake, so that a disk or a peer of another cluster is
/// refused instead of merged.
/// </summary>
public readonly record struct ClusterId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}
