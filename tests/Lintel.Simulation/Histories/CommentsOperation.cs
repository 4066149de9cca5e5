namespace Lintel.Simulation.Histories;

/// <summary>An operation of the comments workload: blind inserts far apart, and reads of all of them at one instant.</summary>
public abstract record CommentsOperation
{
    /// <summary>Inserts a comment without reading anything.</summary>
    public sealed record Insert(long Id) : CommentsOperation;

    /// <summary>Reads the ids of all comments in one transaction; null until answered.</summary>
    public sealed record Read(IReadOnlyList<long>? Ids) : CommentsOperation
    {
        /// <inheritdoc/>
        public override string ToString() => $"read {(Ids is null ? "?" : $"of {Ids.Count} comments")}";
    }
}
