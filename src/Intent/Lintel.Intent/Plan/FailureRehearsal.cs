using Lintel.Placement.Candidates;

namespace Lintel.Intent.Plan;

/// <summary>Says, before anything changes, which single failures a replica set would not survive.</summary>
public static class FailureRehearsal
{
    /// <summary>One line for each zone or node whose loss leaves no majority of the replicas.</summary>
    public static IEnumerable<string> Of(string database, IEnumerable<PlacementCandidate> replicas)
    {
        PlacementCandidate[] all = [.. replicas];
        foreach (var zone in all.GroupBy(replica => replica.Property("zone"), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            int left = all.Length - zone.Count();
            if (left * 2 > all.Length) continue;
            string where = zone.Key.Length == 0 ? "nodes without a zone" : $"zone {zone.Key}";
            yield return $"database {database} stops when {where} is lost: {left} of {all.Length} replicas would be left";
        }
    }
}
