namespace Lintel.Simulation.Histories;

/// <summary>An operation on a set that only grows.</summary>
public abstract record SetOperation
{
    /// <summary>Adds an element that nobody else adds.</summary>
    public sealed record Add(long Element) : SetOperation;

    /// <summary>Reads the whole set; null until answered.</summary>
    public sealed record Read(IReadOnlyList<long>? Elements) : SetOperation
    {
        /// <inheritdoc/>
        public override string ToString() => $"read {(Elements is null ? "?" : $"of {Elements.Count} elements")}";
    }
}
