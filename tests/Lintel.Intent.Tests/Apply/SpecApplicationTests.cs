using System.Collections.Immutable;
using Lintel.Intent.Apply;
using Lintel.Intent.Plan;
using Lintel.Intent.Specs;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Sql.Catalog;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Nodes;
using Lintel.Storage.Pools;
using Lintel.Transactions.Api;
using Lintel.Transactions.Reference;
using Xunit;

namespace Lintel.Intent.Tests.Apply;

/// <summary>Specs applied over the reference transactions: what is recorded, and what is done for the splits.</summary>
public sealed class SpecApplicationTests
{
    private const string Bank = """
        kind: StoragePool
        name: main
        provider: FILE_THIN
        ---
        kind: ResourceGroup
        name: three-zones
        replicas: 3
        storagePools: [main]
        replicasOnDifferent: [zone]
        ---
        kind: Database
        name: bank
        resourceGroup: three-zones
        splitPerTable: true
        """;

    private readonly MemoryTransactionSource _transactions = new(TimeProvider.System);
    private readonly Dictionary<string, PoolObservation> _observed = [];
    private readonly List<DatabasePlacement> _followed = [];
    private readonly DatabaseCatalog _catalog;
    private readonly SpecApplication _application;

    public SpecApplicationTests()
    {
        _catalog = new DatabaseCatalog(_transactions, new IdAllocator(_transactions));
        _application = new SpecApplication(
            _transactions,
            _catalog,
            _ => Task.FromResult<IReadOnlyDictionary<string, PoolObservation>>(_observed),
            (placement, _) =>
            {
                _followed.Add(placement);
                return Task.CompletedTask;
            });
    }

    [Fact]
    public async Task A_spec_becomes_records_a_database_and_splits_that_follow()
    {
        await AddNodesAsync(3);
        SpecPlan plan = await ApplyAsync(Bank);
        Assert.Equal(5, plan.Steps.Length);
        DatabaseDescriptor database = Assert.IsType<DatabaseDescriptor>(await _catalog.FindAsync("bank"));
        Assert.Equal("three-zones", database.ResourceGroup);
        Assert.Equal(new DatabasePlacement("bank", database.Id, "three-zones", true, null), Assert.Single(_followed));
        await using ISnapshotReader snapshot = await _transactions.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal(3, (await StoragePoolRecord.Table.ListAsync(snapshot)).Count);
        Assert.Equal(3, Assert.Single(await ResourceGroupRecord.Table.ListAsync(snapshot)).Replicas);
        Assert.Equal(database.Id, Assert.Single(await DatabasePlacement.Table.ListAsync(snapshot)).DatabaseId);
    }

    [Fact]
    public async Task Applying_twice_changes_nothing_but_lets_the_splits_follow_again()
    {
        await AddNodesAsync(3);
        await ApplyAsync(Bank);
        SpecPlan again = await ApplyAsync(Bank);
        Assert.Empty(again.Steps);
        Assert.Equal(2, _followed.Count);
    }

    [Fact]
    public async Task What_was_cut_short_after_the_catalog_is_finished_by_the_next_application()
    {
        await AddNodesAsync(3);
        DatabaseDescriptor database = await _catalog.CreateAsync("bank", "three-zones");
        await ApplyAsync(Bank);
        Assert.Equal(database.Id, Assert.Single(_followed).DatabaseId);
    }

    [Fact]
    public async Task An_impossible_spec_is_refused_whole()
    {
        await AddNodesAsync(2);
        LintelException refused = await Assert.ThrowsAsync<LintelException>(() => ApplyAsync(Bank));
        Assert.Equal(ErrorCode.PlacementImpossible, refused.Error.Code);
        Assert.Null(await _catalog.FindAsync("bank"));
        await using ISnapshotReader snapshot = await _transactions.SnapshotAsync(SnapshotBound.Strong);
        Assert.Empty(await StoragePoolRecord.Table.ListAsync(snapshot));
        Assert.Empty(_followed);
    }

    [Fact]
    public async Task A_plan_changes_nothing()
    {
        await AddNodesAsync(3);
        SpecPlan plan = await _application.PlanAsync(await SpecReader.ReadAsync(Bank, "bank"));
        Assert.Equal(5, plan.Steps.Length);
        Assert.Null(await _catalog.FindAsync("bank"));
    }

    private async Task<SpecPlan> ApplyAsync(string text) => await _application.ApplyAsync(await SpecReader.ReadAsync(text, "spec"));

    private async Task AddNodesAsync(int count)
    {
        for (int i = 1; i <= count; i++)
        {
            var properties = ImmutableSortedDictionary<string, string>.Empty.Add("zone", $"z{i}");
            NodeRecord node = Node($"n{i}", new NodeId((ulong)i), properties);
            await _transactions.RunAsync("node", async t =>
            {
                await NodeRecord.Table.PutAsync(t, node);
                return true;
            });
            _observed[node.Name] = new PoolObservation(IsOnline: true, 1 << 30, 1 << 30, 0);
        }
    }

    private static NodeRecord Node(string name, NodeId id, ImmutableSortedDictionary<string, string> properties) =>
        new(name, id, NodeState.Active, "", "", "", properties, Guid.Empty);
}
