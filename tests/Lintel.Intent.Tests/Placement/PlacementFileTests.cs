using System.Collections.Immutable;
using Lintel.DataDriven;
using Lintel.Placement.Candidates;
using Lintel.Placement.Constraints;
using Lintel.Placement.Selection;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Intent.Tests.Placement;

public sealed class PlacementFileTests
{
    [Theory]
    [InlineData("zones")]
    [InlineData("scores")]
    [InlineData("refusals")]
    public void Placement_decides_as_written(string file)
    {
        var pools = new List<PlacementCandidate>();
        DataFile.Run($"Placement/testdata/{file}.txt", command => command.Verb switch
        {
            "pool" => Add(pools, command),
            "clear" => Clear(pools),
            "place" => Render(ReplicaPlacement.Decide(pools, Request(pools, command))),
            _ => throw new InvalidOperationException($"{command.Location}: no verb {command.Verb}"),
        });
    }

    private static string Add(List<PlacementCandidate> pools, DataCommand command)
    {
        string[] name = command.Word(0).Split('/');
        var properties = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string key in new[] { "zone", "rack" })
            if (command.Has(key)) properties[key] = command.Text(key);
        pools.Add(new PlacementCandidate(
            NodeOf(name[0]), name[0], name[1], command.Text("provider", "FILE_THIN"),
            Enum.Parse<NodeCondition>(command.Text("condition", "Online")),
            command.Number("capacity", 100), command.Number("free", 100), (int)command.Number("replicas", 0),
            properties.ToImmutable()));
        return "";
    }

    private static string Clear(List<PlacementCandidate> pools)
    {
        pools.Clear();
        return "";
    }

    private static PlacementRequest Request(List<PlacementCandidate> pools, DataCommand command) => new()
    {
        ReplicaCount = (int)command.Number("replicas"),
        SizeBytes = command.Number("size", 0),
        StoragePools = Words(command, "pool"),
        Providers = Words(command, "provider"),
        ReplicasOnDifferent = Words(command, "different"),
        ReplicasOnSame = Words(command, "same"),
        AvoidNodes = [.. Words(command, "avoid").Select(NodeOf)],
        Existing = [.. Words(command, "existing").Select(NodeOf)],
    };

    private static ImmutableArray<string> Words(DataCommand command, string name) =>
        command.Has(name) ? [.. command.Text(name).Split('+')] : [];

    private static NodeId NodeOf(string name) => new(ulong.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture));

    private static string Render(PlacementDecision decision)
    {
        var lines = new List<string>();
        lines.AddRange(decision.Selected.Select(score => $"place {score}"));
        if (decision.Shortfall is { } shortfall) lines.Add($"impossible: {shortfall}");
        lines.AddRange(decision.Rejected.Select(rejected => $"refuse {rejected.Candidate.Name}: {rejected.Reason}"));
        return string.Join('\n', lines.Count == 0 ? ["nothing to do"] : lines);
    }
}
