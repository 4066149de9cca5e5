using Lintel.Primitives.Time;

namespace Lintel.Simulation.Histories;

/// <summary>A transaction that read the largest value and inserted the next.</summary>
/// <param name="Value">The value inserted; null until answered.</param>
/// <param name="Committed">Its commit timestamp.</param>
public sealed record MonotonicInsert(long? Value, Timestamp Committed);
