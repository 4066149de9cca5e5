namespace Lintel.Simulation.Histories;

/// <summary>An operation of the long-fork workload: keys are written once each, and read in groups.</summary>
public abstract record LongForkOperation
{
    /// <summary>Writes the only value a key ever gets.</summary>
    public sealed record Write(int Key) : LongForkOperation;

    /// <summary>Reads a group of keys at one instant; which of them were written, null until answered.</summary>
    public sealed record Read(int Group, IReadOnlyList<bool>? Written) : LongForkOperation
    {
        /// <inheritdoc/>
        public override string ToString() =>
            $"read group {Group} {(Written is null ? "?" : string.Concat(Written.Select(w => w ? '1' : '0')))}";
    }
}
