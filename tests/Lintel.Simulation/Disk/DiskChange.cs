namespace Lintel.Simulation.Disk;

/// <summary>A change to a file's bytes that is not durable yet: a write, or a change of length when there are no bytes.</summary>
/// <param name="Offset">Where it writes, or the new length.</param>
/// <param name="Bytes">What it writes; null for a change of length.</param>
/// <param name="Sequence">Its place in the order in which changes of the file were answered; 0 while under way.</param>
internal sealed record DiskChange(long Offset, ReadOnlyMemory<byte>? Bytes, long Sequence = 0);
