using System.Collections.Immutable;
using CsCheck;
using Lintel.Placement.Candidates;
using Lintel.Placement.Constraints;
using Lintel.Placement.Selection;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Intent.Tests.Placement;

public sealed class PlacementPropertyTests
{
    private static readonly Gen<PlacementCandidate[]> Cluster =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 100], Gen.Int[0, 5], Gen.Int[0, 4])
            .Array[0, 8].Select(raws => raws.Select((raw, i) => new PlacementCandidate(
                new NodeId((ulong)i + 1), $"n{i + 1}", "main", "FILE_THIN",
                raw.Item5 == 0 ? NodeCondition.Offline : NodeCondition.Online, 100, raw.Item3, raw.Item4,
                ImmutableSortedDictionary<string, string>.Empty.Add("zone", $"z{raw.Item1}").Add("rack", $"r{raw.Item2}")))
                .ToArray());

    [Fact]
    public void The_order_of_the_candidates_does_not_matter() =>
        Gen.Select(Cluster, Gen.Int[1, 4], Gen.Int[0, 1000]).Sample((cluster, replicas, seed) =>
        {
            var request = new PlacementRequest { ReplicaCount = replicas, SizeBytes = 10, ReplicasOnDifferent = ["zone"] };
            var shuffled = cluster.ToArray();
            new Lintel.Primitives.Random.Prng((ulong)seed).Shuffle<PlacementCandidate>(shuffled);
            Assert.Equal(
                ReplicaPlacement.Decide(cluster, request).Selected.Select(score => score.Candidate.Name),
                ReplicaPlacement.Decide(shuffled, request).Selected.Select(score => score.Candidate.Name));
        });

    [Fact]
    public void A_placement_is_found_exactly_when_one_exists() =>
        Gen.Select(Cluster, Gen.Int[1, 3]).Sample((cluster, replicas) =>
        {
            var request = new PlacementRequest
            {
                ReplicaCount = replicas, SizeBytes = 10, ReplicasOnDifferent = ["zone", "rack"],
            };
            PlacementDecision decision = ReplicaPlacement.Decide(cluster, request);
            Assert.Equal(ExistsByEnumeration(cluster, replicas), decision.IsMet);
            if (decision.IsMet) Assert.Equal(replicas, decision.Selected.Select(s => s.Candidate.Property("zone")).Distinct().Count());
        });

    private static bool ExistsByEnumeration(PlacementCandidate[] cluster, int replicas)
    {
        var usable = cluster.Where(c => c.Condition == NodeCondition.Online && c.FreeBytes >= 10).ToArray();
        for (int mask = 0; mask < 1 << usable.Length; mask++)
        {
            var chosen = usable.Where((_, i) => (mask >> i & 1) == 1).ToArray();
            if (chosen.Length == replicas
                && chosen.Select(c => c.Property("zone")).Distinct().Count() == replicas
                && chosen.Select(c => c.Property("rack")).Distinct().Count() == replicas) return true;
        }

        return false;
    }
}
