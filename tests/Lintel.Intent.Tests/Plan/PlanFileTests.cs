using System.Collections.Immutable;
using Lintel.DataDriven;
using Lintel.Intent.Plan;
using Lintel.Intent.Specs;
using Lintel.Primitives.Identifiers;
using Lintel.Storage.Nodes;
using Xunit;

namespace Lintel.Intent.Tests.Plan;

public sealed class PlanFileTests
{
    private ClusterState _state = ClusterState.Empty;

    [Fact]
    public void Plans_say_what_would_change() => DataFile.Run("Plan/testdata/plans.txt", command => command.Verb switch
    {
        "node" => AddNode(command),
        "plan" => Render(Plan(command)),
        "apply" => Apply(Plan(command)),
        _ => throw new InvalidOperationException($"{command.Location}: no verb {command.Verb}"),
    });

    private string AddNode(DataCommand command)
    {
        string name = command.Word(0);
        var properties = ImmutableSortedDictionary<string, string>.Empty.Add("zone", command.Text("zone"));
        _state = _state with
        {
            Nodes = _state.Nodes.Add(new NodeRecord(
                name, new NodeId((ulong)_state.Nodes.Length + 1), NodeState.Active, "", "", "", properties, Guid.Empty)),
            Observations = _state.Observations.Add(
                $"{name}/main", new PoolObservation(IsOnline: !command.Has("offline"), 1000, 1000, 0)),
        };
        return "";
    }

    private SpecPlan Plan(DataCommand command)
    {
        string text = command.Input.Replace("===", "---", StringComparison.Ordinal);
        return SpecPlanner.Plan(_state, SpecReader.ReadAsync(text, "input").GetAwaiter().GetResult());
    }

    private string Apply(SpecPlan plan)
    {
        foreach (PlanStep step in plan.Steps)
            _state = step switch
            {
                PlanStep.PutStoragePool put => _state with { Pools = Put(_state.Pools, put.Before, put.Pool) },
                PlanStep.PutResourceGroup put => _state with { Groups = Put(_state.Groups, put.Before, put.Group) },
                PlanStep.CreateDatabase create => _state with { Databases = _state.Databases.Add(create.Database) },
                PlanStep.ChangeDatabase change => _state with { Databases = Put(_state.Databases, change.Before, change.Database) },
                _ => _state,
            };
        return Render(plan);
    }

    private static ImmutableArray<T> Put<T>(ImmutableArray<T> all, T? before, T now)
        where T : class => (before is null ? all : all.Remove(before)).Add(now);

    private static string Render(SpecPlan plan)
    {
        var lines = plan.Steps.Select(step => step.Describe()).ToList();
        lines.AddRange(plan.Risks.Select(risk => $"risk: {risk}"));
        foreach (var refusal in plan.Refusals)
        {
            lines.Add($"refused: {refusal}");
            if (refusal.Details is { Length: > 0 } details) lines.Add(details);
        }

        return lines.Count == 0 ? "nothing to change" : string.Join('\n', lines);
    }
}
