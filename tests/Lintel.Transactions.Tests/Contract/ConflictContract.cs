using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;
using Xunit;
using static Lintel.Transactions.Tests.Contract.ContractWorld;

namespace Lintel.Transactions.Tests.Contract;

/// <summary>What every <see cref="ITransactionSource"/> must keep when transactions meet.</summary>
public abstract class ConflictContract
{
    /// <summary>Runs a scenario to its end over an empty store.</summary>
    protected abstract Task RunAsync(Func<ITransactionSource, Task> scenario);

    [Fact]
    public Task Lost_update_is_prevented() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"));
        await using ITransaction older = source.Begin(Options);
        await using ITransaction younger = source.Begin(Options);
        Assert.Equal("0", await younger.TextOf("a"));
        Assert.Equal("0", await older.TextOf("a"));
        await older.Write("a", "older");
        await older.CommitAsync();
        Assert.False(await Survives(async () =>
        {
            await younger.Write("a", "younger");
            await younger.CommitAsync();
        }));
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("older", await reader.TextOf("a"));
    });

    [Fact]
    public Task Write_skew_is_prevented() => RunAsync(async source =>
    {
        await source.Seed(("a", "1"), ("p", "1"));
        await using ITransaction older = source.Begin(Options);
        await using ITransaction younger = source.Begin(Options);
        foreach (ITransaction t in new[] { younger, older })
        {
            Assert.Equal("1", await t.TextOf("a"));
            Assert.Equal("1", await t.TextOf("p"));
        }

        await older.Write("a", "0");
        Task<bool> second = Survives(async () =>
        {
            await younger.Write("p", "0");
            await younger.CommitAsync();
        });
        bool first = await Survives(async () => await older.CommitAsync());
        Assert.True(first);
        Assert.False(await second);
    });

    [Fact]
    public Task A_wounded_transaction_learns_it_and_retries_with_its_age() => RunAsync(async source =>
    {
        await using ITransaction older = source.Begin(Options);
        await using ITransaction younger = source.Begin(Options);
        await younger.GetAsync(K("a"), LockStrength.Exclusive);
        await older.GetAsync(K("a"), LockStrength.Exclusive);
        await Fails(ErrorCode.TransactionAborted, async () =>
        {
            await younger.Write("a", "younger");
            await younger.CommitAsync();
        });
        await Fails(ErrorCode.TransactionAborted, async () => await younger.GetAsync(K("b")));
        await younger.RollbackAsync();
        await older.Write("a", "older");
        await older.CommitAsync();

        await using ITransaction newest = source.Begin(Options);
        await newest.GetAsync(K("a"), LockStrength.Exclusive);
        await using ITransaction retried = source.Begin(Options, younger.Id);
        Assert.Equal(younger.Id.Start, retried.Id.Start);
        Assert.NotEqual(younger.Id, retried.Id);
        Assert.True(retried.Id.IsOlderThan(newest.Id));
        Assert.Equal("older", Text(await retried.GetAsync(K("a"), LockStrength.Exclusive)));
        await retried.Write("a", "retried");
        await retried.CommitAsync();
        Assert.False(await Survives(async () =>
        {
            await newest.Write("a", "newest");
            await newest.CommitAsync();
        }));
    });

    [Fact]
    public Task A_younger_writer_waits_for_an_older_scan_so_no_phantom_appears() => RunAsync(async source =>
    {
        await source.Seed(("b", "1"), ("p", "1"));
        await using ITransaction scanner = source.Begin(Options);
        Assert.Equal("b=1 p=1", await scanner.Rows("a", "z"));
        Task<Timestamp> writing = source.Seed(("c", "phantom"));
        Assert.Equal("b=1 p=1", await scanner.Rows("a", "z"));
        Assert.False(writing.IsCompleted);
        await scanner.Write("sum", "2");
        Timestamp scanned = await scanner.CommitAsync();
        Assert.True(await writing > scanned);
    });

    [Fact]
    public Task An_older_writer_wounds_a_younger_scan_that_its_row_would_change() => RunAsync(async source =>
    {
        await source.Seed(("b", "1"));
        await using ITransaction writer = source.Begin(Options);
        await using ITransaction scanner = source.Begin(Options);
        Assert.Equal("b=1", await scanner.Rows("a", "m", new ScanOptions(Descending: true)));
        await writer.Write("c", "2");
        await writer.CommitAsync();
        Assert.False(await Survives(async () =>
        {
            await scanner.Write("sum", "1");
            await scanner.CommitAsync();
        }));
    });

    [Fact]
    public Task A_missing_key_that_was_read_stays_missing() => RunAsync(async source =>
    {
        await using ITransaction older = source.Begin(Options);
        await using ITransaction younger = source.Begin(Options);
        Assert.Null(await younger.TextOf("a"));
        Assert.Null(await older.TextOf("a"));
        await older.InsertAsync(K("a"), V("older"));
        await older.CommitAsync();
        Assert.False(await Survives(async () =>
        {
            await younger.InsertAsync(K("a"), V("younger"));
            await younger.CommitAsync();
        }));
    });

    [Fact]
    public Task Shared_locks_are_shared_and_disjoint_writes_do_not_conflict() => RunAsync(async source =>
    {
        await source.Seed(("a", "1"), ("b", "1"), ("p", "1"));
        await using ITransaction t = source.Begin(Options);
        await using ITransaction u = source.Begin(Options);
        Assert.Equal("1", await t.TextOf("a"));
        Assert.Equal("1", await u.TextOf("a"));
        await t.Write("b", "2");
        await u.Write("p", "2");
        await t.CommitAsync();
        await u.CommitAsync();
    });

    [Fact]
    public Task A_younger_reader_waits_for_an_older_exclusive_lock() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"));
        await using ITransaction older = source.Begin(Options);
        await older.GetAsync(K("a"), LockStrength.Exclusive);
        await using ITransaction younger = source.Begin(Options);
        Task<string?> reading = younger.TextOf("a");
        await older.Write("a", "1");
        Assert.False(reading.IsCompleted);
        await older.CommitAsync();
        Assert.Equal("1", await reading);
    });

    [Fact]
    public Task Waiting_for_a_lock_can_be_cancelled() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"), ("b", "0"));
        await using ITransaction older = source.Begin(Options);
        await older.GetAsync(K("a"), LockStrength.Exclusive);
        await using ITransaction younger = source.Begin(Options);
        using var cancel = new CancellationTokenSource();
        Task reading = younger.GetAsync(K("a"), LockStrength.Shared, cancel.Token).AsTask();
        Assert.Equal("0", await older.TextOf("b"));
        Assert.False(reading.IsCompleted);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        await younger.RollbackAsync();
        await older.Write("a", "1");
        await older.CommitAsync();
        await source.Seed(("a", "2"));
    });

    [Fact]
    public Task Counters_lose_no_increment() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"), ("p", "0"));
        async Task Increment(string key, int times)
        {
            for (int i = 0; i < times; i++)
            {
                await source.Retry(async t =>
                {
                    int value = int.Parse((await t.TextOf(key))!);
                    await t.Write(key, (value + 1).ToString());
                });
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Increment(i % 2 == 0 ? "a" : "p", 10)));
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("a=30 p=30", await reader.Rows("a", "z"));
    });

    [Fact]
    public Task Transfers_keep_the_total_at_every_snapshot() => RunAsync(async source =>
    {
        string[] accounts = ["a", "c", "e", "g", "p", "q"];
        await source.Seed([.. accounts.Select(a => (a, (string?)"100"))]);
        bool done = false;
        async Task Transfer(int client)
        {
            for (int i = 0; i < 12; i++)
            {
                string from = accounts[(client + i) % accounts.Length];
                string to = accounts[(client + (i * 5) + 1) % accounts.Length];
                if (from == to) continue;
                await source.Retry(async t =>
                {
                    int taken = int.Parse((await t.TextOf(from))!) - 1;
                    int given = int.Parse((await t.TextOf(to))!) + 1;
                    await t.Write(from, taken.ToString());
                    await t.Write(to, given.ToString());
                });
            }
        }

        async Task Watch()
        {
            for (int i = 0; i < 200 && !done; i++)
            {
                await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
                string rows = await reader.Rows("a", "z");
                int total = rows.Split(' ').Sum(row => int.Parse(row[(row.IndexOf('=') + 1)..]));
                Assert.Equal(600, total);
                await Task.Yield();
            }
        }

        Task watching = Watch();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(Transfer));
        done = true;
        await watching;
    });

    [Fact]
    public Task Asking_for_the_fate_of_an_open_transaction_ends_it() => RunAsync(async source =>
    {
        await using ITransaction t = source.Begin(Options);
        TransactionId id = t.Id;
        await t.Write("a", "1");
        Assert.Equal(CommitFateKind.Aborted, (await source.FateAsync(id)).Kind);
        Assert.False(await Survives(async () => await t.CommitAsync()));
    });
}
