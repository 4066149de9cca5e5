namespace Lintel.ClusterSimulation.Cluster;

/// <summary>Something that must happen once all faults are over did not: a failure of liveness.</summary>
public sealed class NoProgressException(string what) : Exception(what);
