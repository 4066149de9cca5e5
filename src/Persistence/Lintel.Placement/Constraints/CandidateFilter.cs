using Lintel.Placement.Candidates;

namespace Lintel.Placement.Constraints;

/// <summary>The first step of placement: which pools could hold a replica at all, and why the others can't.</summary>
internal static class CandidateFilter
{
    /// <summary>The reason <paramref name="candidate"/> is out, or null when it may be used.</summary>
    public static string? Reject(PlacementCandidate candidate, PlacementRequest request)
    {
        if (!request.StoragePools.IsEmpty && !request.StoragePools.Contains(candidate.PoolName))
            return $"storage pool is not among {string.Join(", ", request.StoragePools)}";
        if (!request.Providers.IsEmpty && !request.Providers.Contains(candidate.Provider))
            return $"provider {candidate.Provider} is not among {string.Join(", ", request.Providers)}";
        if (candidate.Condition == NodeCondition.Offline) return "node is offline";
        if (candidate.Condition == NodeCondition.Draining) return "node is being drained";
        if (request.AvoidNodes.Contains(candidate.Node)) return "node is excluded by a do-not-place-with rule";
        if (candidate.FreeBytes < request.SizeBytes)
            return $"needs {request.SizeBytes} bytes, {candidate.FreeBytes} are free";
        foreach (string key in request.ReplicasOnDifferent.AsSpan())
            if (candidate.Property(key).Length == 0) return $"node has no property '{key}' to tell replicas apart by";
        foreach (string key in request.ReplicasOnSame.AsSpan())
            if (candidate.Property(key).Length == 0) return $"node has no property '{key}' to keep replicas together by";
        return null;
    }
}
