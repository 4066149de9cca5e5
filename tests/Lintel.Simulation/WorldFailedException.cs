namespace Lintel.Simulation;

/// <summary>A run did not end as the test requires. The message has the seed and the end of the trace.</summary>
public sealed class WorldFailedException(string message, Exception? inner = null) : Exception(message, inner);
