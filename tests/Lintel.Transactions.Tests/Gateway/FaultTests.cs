using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;
using Xunit;
using static Lintel.Transactions.Tests.Contract.ContractWorld;

namespace Lintel.Transactions.Tests.Gateway;

/// <summary>Transfers between accounts while messages are lost, leaders change and splits divide.</summary>
public sealed class FaultTests
{
    private static readonly string[] Accounts = ["a", "b", "c", "d", "e", "f", "g", "h"];

    public static TheoryData<ulong> Seeds { get; } = [.. Enumerable.Range(1, 40).Select(i => (ulong)i)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Money_is_kept_under_loss_leader_changes_and_divisions(ulong seed)
    {
        var world = new GatewayWorld(seed, null, "c", "f");
        world.Run(source => source.Seed([.. Accounts.Select(a => (a, (string?)"100"))]));
        world.Splits.LossChance = 0.03;
        Disturb(world, seed);
        var clients = new Clients(world, seed);
        world.Run(async _ => await Task.WhenAll(Enumerable.Range(0, 5).Select(clients.TransferAsync)), TimeSpan.FromMinutes(2));
        world.Splits.LossChance = 0;
        world.World.RunFor(TimeSpan.FromSeconds(30));
        world.Run(async source =>
        {
            await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
            Assert.Equal(800, Total(await reader.Rows("a", "z")));
            Assert.Equal(clients.Committed, await CountersAsync(reader));
        });
        Assert.DoesNotContain(world.Splits.Splits, s => s.PreparedCount > 0);
        Assert.DoesNotContain(world.Splits.Splits, s => s.SessionCount > 0);
        Assert.Equal(0, world.Source.Open);
        Assert.True(clients.Committed > 50, $"only {clients.Committed} transfers committed");
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    [InlineData(4UL)]
    [InlineData(5UL)]
    public void A_gateway_that_dies_leaves_no_lock_and_no_half_commit(ulong seed)
    {
        var world = new GatewayWorld(seed, null, "c", "f");
        world.Run(source => source.Seed([.. Accounts.Select(a => (a, (string?)"100"))]));
        Prng random = world.World.RandomFor("deaths");
        for (int life = 0; life < 6; life++)
        {
            var clients = new Clients(world, seed + (ulong)life);
            ITransactionSource source = world.Source;
            for (int i = 0; i < 4; i++)
            {
                int client = i;
                _ = world.Node.CallAsync(() => clients.TransferAsync(client)).ContinueWith(
                    static t => _ = t.Exception, TaskContinuationOptions.ExecuteSynchronously);
            }

            world.World.RunFor(random.Between(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(80)));
            world.Node.Crash();
            world.World.RunFor(TimeSpan.FromSeconds(12));
            Assert.DoesNotContain(world.Splits.Splits, s => s.PreparedCount > 0 || s.SessionCount > 0);
            world.Node.Start();
            world.World.MustRun(() => !ReferenceEquals(world.Source, source), TimeSpan.FromSeconds(1));
            world.Run(async now =>
            {
                await using ISnapshotReader reader = await now.SnapshotAsync(SnapshotBound.Strong);
                Assert.Equal(800, Total(await reader.Rows("a", "z")));
            });
        }
    }

    private static int Total(string rows) =>
        rows.Split(' ').Where(r => Accounts.Contains(r[..1], StringComparer.Ordinal) && r[1] == '=')
            .Sum(row => int.Parse(row[(row.IndexOf('=') + 1)..]));

    private static async Task<int> CountersAsync(ISnapshotReader reader)
    {
        int total = 0;
        for (int i = 0; i < 5; i++) total += int.Parse(await reader.TextOf($"x{i}") ?? "0");
        return total;
    }

    private static void Disturb(GatewayWorld world, ulong seed)
    {
        Prng random = Prng.ForPurpose(seed, "disturbance");
        int left = 60;
        void Again()
        {
            if (--left == 0) return;
            world.World.After(random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(60)), () =>
            {
                if (random.Chance(0.85)) world.Splits.ChangeSomeLeader();
                else world.Splits.Divide(Key.FromText($"{random.Pick(Accounts)}{(random.Chance(0.5) ? "" : "5")}"));
                Again();
            });
        }

        Again();
    }

    /// <summary>Clients that move money, count what they know to have committed, and ask when they do not know.</summary>
    private sealed class Clients(GatewayWorld world, ulong seed)
    {
        public int Committed { get; private set; }

        public async Task TransferAsync(int client)
        {
            Prng random = Prng.ForPurpose(seed, $"client {client}");
            int counted = int.Parse(await ReadCounterAsync(client) ?? "0");
            for (int i = 0; i < 25; i++)
            {
                string from = random.Pick(Accounts);
                string to = random.Pick(Accounts);
                if (from == to || !await CommitsAsync(client, counted + 1, from, to, random)) continue;
                counted++;
                Committed++;
            }
        }

        private async Task<string?> ReadCounterAsync(int client)
        {
            await using ISnapshotReader reader = await world.Source.SnapshotAsync(SnapshotBound.Strong);
            return await reader.TextOf($"x{client}");
        }

        private async Task<bool> CommitsAsync(int client, int counter, string from, string to, Prng random)
        {
            TransactionId? aborted = null;
            LockStrength strength = random.Chance(0.5) ? LockStrength.Exclusive : LockStrength.Shared;
            for (int attempt = 0; attempt < 200; attempt++)
            {
                await using ITransaction t = world.Source.Begin(Options, aborted);
                try
                {
                    int taken = int.Parse(Text(await t.GetAsync(K(from), strength))!);
                    int given = int.Parse(Text(await t.GetAsync(K(to), strength))!);
                    await t.Write(from, $"{taken - 1}");
                    await t.Write(to, $"{given + 1}");
                    await t.Write($"x{client}", $"{counter}");
                    Timestamp at = await t.CommitAsync();
                    Assert.True(world.World.TrueNow > at, "acknowledged before its timestamp has passed");
                    return true;
                }
                catch (LintelException failure) when (failure.Error.Code == ErrorCode.TransactionAborted)
                {
                    aborted = t.Id;
                }
                catch (LintelException failure) when (failure.Error.Code == ErrorCode.CommitOutcomeUnknown)
                {
                    CommitFate fate = await world.Source.FateAsync(t.Id);
                    Assert.NotEqual(CommitFateKind.Forgotten, fate.Kind);
                    if (fate.Kind == CommitFateKind.Committed) return true;
                }
                catch (LintelException failure) when (failure.Error.Code == ErrorCode.Unavailable)
                {
                    aborted = t.Id;
                }
            }

            throw new InvalidOperationException("two hundred attempts failed");
        }
    }
}
