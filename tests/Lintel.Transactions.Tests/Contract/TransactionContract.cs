using Lintel.Primitives.Errors;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;
using Xunit;
using static Lintel.Transactions.Tests.Contract.ContractWorld;

namespace Lintel.Transactions.Tests.Contract;

/// <summary>
/// What every <see cref="ITransactionSource"/> must keep. A subclass says how to run a scenario: directly over the
/// reference, or inside the simulated world over the replicated store.
/// </summary>
public abstract class TransactionContract
{
    /// <summary>Runs a scenario to its end over an empty store.</summary>
    protected abstract Task RunAsync(Func<ITransactionSource, Task> scenario);

    [Fact]
    public Task Reads_see_own_writes_over_committed_rows() => RunAsync(async source =>
    {
        await source.Seed(("a", "1"), ("c", "3"), ("e", "5"));
        await using ITransaction t = source.Begin(Options);
        await t.Write("b", "2");
        await t.Write("c", "three");
        await t.Write("e", null);
        Assert.Equal("2", await t.TextOf("b"));
        Assert.Equal("three", await t.TextOf("c"));
        Assert.Null(await t.TextOf("e"));
        Assert.Equal("a=1 b=2 c=three", await t.Rows("a", "z"));
        Assert.Equal("c=three b=2 a=1", await t.Rows("a", "z", new ScanOptions(Descending: true)));
        Assert.Equal("a=1 b=2 c=three", await t.Rows("a", "z", new ScanOptions(RowLimit: 1)));
        Assert.Equal("c=three b=2 a=1", await t.Rows("a", "z", new ScanOptions(RowLimit: 1, Descending: true)));
        var many = await t.GetManyAsync([K("e"), K("a"), K("b"), K("zz")]);
        Assert.Equal([null, "1", "2", null], many.Select(Text));
        await t.CommitAsync();
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("a=1 b=2 c=three", await reader.Rows("a", "z"));
    });

    [Fact]
    public Task A_page_never_exceeds_its_row_limit_and_empty_spans_have_no_rows() => RunAsync(async source =>
    {
        await source.Seed(("a", "1"), ("b", "2"), ("c", "3"));
        await using ITransaction t = source.Begin(Options);
        await t.Write("bb", "x");
        ScanPage page = await t.ScanAsync(Span("a", "z"), new ScanOptions(RowLimit: 2));
        Assert.InRange(page.Rows.Count, 1, 2);
        Assert.Equal("a", page.Rows[0].Key.ToString());
        Assert.False(page.IsLast);
        page = await t.ScanAsync(Span("m", "n"), default);
        Assert.Empty(page.Rows);
        Assert.True(page.IsLast);
    });

    [Fact]
    public Task Uncommitted_and_rolled_back_writes_are_invisible() => RunAsync(async source =>
    {
        await using ITransaction t = source.Begin(Options);
        await t.Write("a", "1");
        await using (ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong))
            Assert.Null(await reader.TextOf("a"));
        await t.RollbackAsync();
        await using ITransaction other = source.Begin(Options);
        Assert.Null(await other.TextOf("a"));
    });

    [Fact]
    public Task Disposing_rolls_back_and_frees_the_locks() => RunAsync(async source =>
    {
        await using (ITransaction t = source.Begin(Options))
        {
            await t.GetAsync(K("a"), LockStrength.Exclusive);
            await t.Write("a", "lost");
        }

        await source.Seed(("a", "kept"));
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("kept", await reader.TextOf("a"));
    });

    [Fact]
    public Task A_finished_transaction_refuses_further_use() => RunAsync(async source =>
    {
        await using ITransaction t = source.Begin(Options);
        await t.Write("a", "1");
        await t.CommitAsync();
        await Fails(ErrorCode.FailedPrecondition, async () => await t.GetAsync(K("a")));
        await Fails(ErrorCode.FailedPrecondition, async () => await t.PutAsync(K("a"), V("2")));
        await Fails(ErrorCode.FailedPrecondition, async () => await t.CommitAsync());
        await t.RollbackAsync();
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("1", await reader.TextOf("a"));
    });

    [Fact]
    public Task Commit_timestamps_grow_with_acknowledgements() => RunAsync(async source =>
    {
        Timestamp last = Timestamp.Zero;
        for (int i = 0; i < 10; i++)
        {
            Timestamp at = await source.Seed((i % 2 == 0 ? "a" : "p" + i, "x" + i));
            Assert.True(at > last);
            last = at;
        }
    });

    [Fact]
    public Task A_commit_without_writes_is_ordered_before_later_writes() => RunAsync(async source =>
    {
        Timestamp before = await source.Seed(("a", "1"));
        await using ITransaction t = source.Begin(Options);
        Assert.Equal("1", await t.TextOf("a"));
        Timestamp at = await t.CommitAsync();
        Assert.True(at >= before);
        Assert.True(await source.Seed(("a", "2")) > at);
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Exactly(at));
        Assert.Equal("1", await reader.TextOf("a"));
        await using ITransaction nothing = source.Begin(Options);
        await nothing.CommitAsync();
    });

    [Fact]
    public Task Fate_tells_commits_from_rollbacks() => RunAsync(async source =>
    {
        await using ITransaction kept = source.Begin(Options);
        await kept.Write("a", "1");
        Timestamp at = await kept.CommitAsync();
        Assert.Equal(new CommitFate(CommitFateKind.Committed, at), await source.FateAsync(kept.Id));
        await using ITransaction given = source.Begin(Options);
        await given.Write("a", "2");
        await given.RollbackAsync();
        Assert.NotEqual(CommitFateKind.Committed, (await source.FateAsync(given.Id)).Kind);
    });

    [Fact]
    public Task Marks_take_back_later_writes_only() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"), ("b", "0"));
        await using ITransaction t = source.Begin(Options);
        await t.Write("a", "1");
        WriteMark first = t.Mark();
        await t.Write("a", "2");
        await t.Write("b", null);
        await t.Write("c", "3");
        WriteMark second = t.Mark();
        await t.Write("c", "4");
        await t.RollbackToAsync(second);
        Assert.Equal("a=2 c=3", await t.Rows("a", "z"));
        await t.RollbackToAsync(first);
        Assert.Equal("a=1 b=0", await t.Rows("a", "z"));
        await t.Write("b", "5");
        await t.RollbackToAsync(first);
        await t.Write("d", "6");
        await t.CommitAsync();
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("a=1 b=0 d=6", await reader.Rows("a", "z"));
    });

    [Fact]
    public Task A_rolled_back_insert_is_not_checked() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"));
        await using ITransaction t = source.Begin(Options);
        WriteMark mark = t.Mark();
        await t.InsertAsync(K("a"), V("1"));
        await t.RollbackToAsync(mark);
        await t.Write("b", "1");
        await t.CommitAsync();
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("a=0 b=1", await reader.Rows("a", "z"));
    });

    [Fact]
    public Task Insert_of_a_present_key_fails_at_commit_and_nothing_is_written() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"), ("p", "0"));
        await using ITransaction t = source.Begin(Options);
        await t.Write("b", "1");
        await t.InsertAsync(K("p"), V("1"));
        await Fails(ErrorCode.AlreadyExists, async () => await t.CommitAsync());
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("a=0 p=0", await reader.Rows("a", "z"));
        await source.Seed(("p", "2"));
    });

    [Fact]
    public Task Insert_of_a_deleted_key_succeeds() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"), ("b", "0"));
        await source.Seed(("a", null));
        await using ITransaction t = source.Begin(Options);
        await t.InsertAsync(K("a"), V("1"));
        await t.Write("b", null);
        await t.InsertAsync(K("b"), V("1"));
        await t.CommitAsync();
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("a=1 b=1", await reader.Rows("a", "z"));
    });

    [Fact]
    public Task An_insert_stays_checked_when_it_is_overwritten_or_deleted() => RunAsync(async source =>
    {
        await source.Seed(("a", "0"));
        await using ITransaction t = source.Begin(Options);
        await t.InsertAsync(K("a"), V("1"));
        await t.Write("a", "2");
        await Fails(ErrorCode.AlreadyExists, async () => await t.CommitAsync());
        await using ITransaction u = source.Begin(Options);
        await u.InsertAsync(K("a"), V("1"));
        await Fails(ErrorCode.AlreadyExists, async () =>
        {
            await u.Write("a", null);
            await u.InsertAsync(K("a"), V("3"));
            await u.CommitAsync();
        });
    });

    [Fact]
    public Task Insert_of_a_key_inserted_before_in_the_same_transaction_fails_at_once() => RunAsync(async source =>
    {
        await using ITransaction t = source.Begin(Options);
        await t.InsertAsync(K("a"), V("1"));
        await Fails(ErrorCode.AlreadyExists, async () => await t.InsertAsync(K("a"), V("2")));
    });

    [Fact]
    public Task Snapshots_are_repeatable_and_exact() => RunAsync(async source =>
    {
        Timestamp first = await source.Seed(("a", "1"), ("p", "1"));
        await using ISnapshotReader old = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("a=1 p=1", await old.Rows("a", "z"));
        Timestamp second = await source.Seed(("a", "2"), ("p", null), ("q", "2"));
        Assert.True(old.ReadTimestamp >= first && old.ReadTimestamp < second);
        Assert.Equal("a=1 p=1", await old.Rows("a", "z"));
        Assert.Equal("p=1 a=1", await old.Rows("a", "z", new ScanOptions(1, Descending: true)));
        Assert.Equal("1", await old.TextOf("p"));
        await using ISnapshotReader exact = await source.SnapshotAsync(SnapshotBound.Exactly(second));
        Assert.Equal("a=2 q=2", await exact.Rows("a", "z"));
        await using ISnapshotReader before = await source.SnapshotAsync(SnapshotBound.Exactly(second.Previous()));
        Assert.Equal("a=1 p=1", await before.Rows("a", "z"));
        await using ISnapshotReader none = await source.SnapshotAsync(SnapshotBound.Exactly(first.Previous()));
        Assert.Equal("", await none.Rows("a", "z"));
        var many = await exact.GetManyAsync([K("q"), K("a"), K("p")]);
        Assert.Equal(["2", "2", null], many.Select(Text));
    });

    [Fact]
    public Task A_snapshot_of_the_future_is_refused() => RunAsync(async source =>
    {
        Timestamp now = await source.Seed(("a", "1"));
        await Fails(
            ErrorCode.InvalidArgument,
            async () => await source.SnapshotAsync(SnapshotBound.Exactly(now + TimeSpan.FromHours(1))));
    });
}
