namespace Lintel.Simulation.Histories;

/// <summary>An operation of the sequential workload: chains are written in order and read against it.</summary>
public abstract record SequentialOperation
{
    /// <summary>Writes one link of a chain, after the links before it were acknowledged to the same client.</summary>
    public sealed record Write(int Chain, int Link) : SequentialOperation;

    /// <summary>
    /// Reads the links of a chain one transaction after the other, last link first; by link, null until answered.
    /// </summary>
    public sealed record Read(int Chain, IReadOnlyList<bool>? Written) : SequentialOperation
    {
        /// <inheritdoc/>
        public override string ToString() =>
            $"read chain {Chain} {(Written is null ? "?" : string.Concat(Written.Select(w => w ? '1' : '0')))}";
    }
}
