using Lintel.Primitives.Errors;
using Lintel.Primitives.Random;
using Lintel.Splits.Requests;
using Lintel.Transactions.Api;
using Lintel.Transactions.Gateway;
using Lintel.Transactions.Tests.Contract;
using Xunit;
using static Lintel.Transactions.Tests.Contract.ContractWorld;

namespace Lintel.Transactions.Tests.Gateway;

/// <summary>The whole contract once more, with every few writes staged.</summary>
public sealed class StagingContractTests : TransactionContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) =>
        Worlds.Run(6, LargeTransactionTests.TinyStages, WithoutSavepoints(scenario), "b", "e", "m", "q");

    // A savepoint before a stage cannot be gone back to: the one clause of the contract that large transactions lack.
    private static Func<ITransactionSource, Task> WithoutSavepoints(Func<ITransactionSource, Task> scenario) => async source =>
    {
        try
        {
            await scenario(source);
        }
        catch (LintelException failure) when (failure.Error.Code == ErrorCode.NotSupported)
        {
            Assert.Contains("savepoint", failure.Error.Message, StringComparison.Ordinal);
        }
    };
}

public sealed class StagingConflictTests : ConflictContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) =>
        Worlds.Run(7, LargeTransactionTests.TinyStages, scenario, "b", "e", "m", "q");
}

public sealed class LargeTransactionTests
{
    internal static GatewayLimits TinyStages { get; } = new() { StageWrites = 2, StageRequestBytes = 16 };

    [Fact]
    public void Many_rows_are_staged_and_appear_at_once()
    {
        var world = new GatewayWorld(11, new GatewayLimits { StageWrites = 100, StageRequestBytes = 500 }, "k3", "k6");
        world.Run(async source =>
        {
            await using ITransaction t = source.Begin(Options);
            for (int i = 0; i < 2_000; i++)
            {
                await t.InsertAsync(K($"k{i:d4}"), V($"{i}"));
                if (i % 500 == 250) Assert.Equal($"{i - 200}", await t.TextOf($"k{i - 200:d4}"));
            }

            await using (ISnapshotReader before = await source.SnapshotAsync(SnapshotBound.Strong))
                Assert.Equal("", await before.Rows("k", "l"));
            await t.DeleteAsync(K("k0007"));
            Assert.StartsWith("k0006=6 k0008=8", await t.Rows("k0006", "k0010"), StringComparison.Ordinal);
            await t.CommitAsync();
            await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
            Assert.Equal(1_999, (await reader.Rows("k", "l")).Split(' ').Length);
        });
        Assert.Contains(world.Router.Sent, r => r is Stage { Sequence: > 3 });
        Assert.DoesNotContain(world.Router.Sent, r => r is Stage stage && stage.Mutations.Sum(m => m.Value.Length) > 600);
    }

    [Fact]
    public void Staged_writes_of_a_rolled_back_transaction_vanish()
    {
        var world = new GatewayWorld(12, TinyStages, "e", "m");
        world.Run(async source =>
        {
            await using (ITransaction t = source.Begin(Options))
            {
                for (char c = 'a'; c < 'z'; c++) await t.Write($"{c}", "lost");
            }

            await source.Seed(("a", "kept"));
            await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
            Assert.Equal("a=kept", await reader.Rows("a", "z"));
        });
    }

    [Fact]
    public void A_staged_duplicate_aborts_the_transaction()
    {
        var world = new GatewayWorld(13, TinyStages, "e", "m");
        world.Run(async source =>
        {
            await source.Seed(("f", "there"));
            await using ITransaction t = source.Begin(Options);
            await Fails(ErrorCode.AlreadyExists, async () =>
            {
                for (char c = 'a'; c < 'z'; c++) await t.InsertAsync(K($"{c}"), V("new"));
                await t.CommitAsync();
            });
        });
    }

    [Fact]
    public void A_large_transaction_that_meets_a_change_of_leader_aborts_whole()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var world = new GatewayWorld(seed, TinyStages, "e", "m");
            Prng random = world.World.RandomFor("changes");
            world.World.After(random.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(60)), () =>
            {
                foreach (var split in world.Splits.Splits.ToArray()) split.ChangeLeader(() => random.Chance(0.5));
            });
            world.Run(async source =>
            {
                bool isCommitted = await Survives(async () =>
                {
                    await using ITransaction t = source.Begin(Options);
                    for (char c = 'a'; c < 'z'; c++) await t.Write($"{c}", "new");
                    await t.CommitAsync();
                });
                await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
                string rows = await reader.Rows("a", "z");
                Assert.Equal(isCommitted ? 25 : 0, rows.Length == 0 ? 0 : rows.Split(' ').Length);
            });
        }
    }

    [Fact]
    public void A_gateway_keeps_at_most_two_buffers_of_a_large_transaction()
    {
        var world = new GatewayWorld(14, new GatewayLimits { StageBytes = 64 << 10, StageRequestBytes = 16 << 10 });
        world.Run(async source =>
        {
            await using ITransaction t = source.Begin(Options);
            var value = new byte[1_000];
            long sent = 0;
            for (int i = 0; i < 2_000; i++)
            {
                await t.PutAsync(K($"k{i:d6}"), value);
                sent = world.Router.Sent.OfType<Stage>().Sum(stage => stage.Mutations.Count);
                Assert.True(i - sent < 2 * 64, $"{i} written, {sent} sent");
            }

            await t.RollbackAsync();
        });
    }
}
