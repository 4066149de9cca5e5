using Lintel.Primitives.Keys;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Parse;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;
using Lintel.Primitives.Codec;
using Lintel.Sql.Catalog;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Tests.Query;

/// <summary>The shortest path: one row by its key, through a plan that is kept.</summary>
public sealed class PointAccessTests
{
    private const int Runs = 1000;

    [Theory]
    [InlineData("SELECT v FROM k WHERE id = $1", true)]
    [InlineData("SELECT v + 1, note FROM k WHERE id = $1", true)]
    [InlineData("UPDATE k SET v = v + $2 WHERE id = $1", true)]
    [InlineData("DELETE FROM k WHERE id = $1", true)]
    [InlineData("INSERT INTO k VALUES ($1, 1, 'x')", true)]
    [InlineData("SELECT v FROM k WHERE id > $1", false)]
    [InlineData("SELECT v FROM k WHERE id = (SELECT max(id) FROM k)", false)]
    [InlineData("INSERT INTO k VALUES (1, 1, 'x'), (2, 2, 'y')", false)]
    public async Task A_plan_tells_whether_it_touches_one_row_by_its_key(string text, bool isPoint)
    {
        (SqlWorld world, DatabaseSchema schema) = await StartAsync();
        Assert.Equal(isPoint, Plan(world, schema, text).IsPointAccess);
    }

    [Fact]
    public async Task A_point_select_asks_for_one_key_and_allocates_little()
    {
        (SqlWorld world, DatabaseSchema schema) = await StartAsync();
        QueryPlan plan = Plan(world, schema, "SELECT v FROM k WHERE id = $1");
        var table = (TableDescriptor)schema.Find(DatabaseSchema.PublicId, "k")!;
        TableLayout layout = TableLayout.Of(schema.Database.Id, table);
        byte[] row = layout.EncodeRow(new WireWriter(), [SqlValue.Of(7L), SqlValue.Of(42L), SqlValue.Of("x")]);
        var reader = new OneRowReader(row);
        var scope = new StatementScope
        {
            Evaluation = world.Session.Evaluation,
            Reader = reader,
            Schema = schema,
            Memory = new MemoryMeter(long.MaxValue),
        };
        SqlValue[] parameters = [SqlValue.Of(7L)];
        long sum = await SumAsync(plan, scope, parameters);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += await SumAsync(plan, scope, parameters);
        long perRun = (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
        Assert.Equal(2 * Runs * 42L, sum);
        Assert.Equal(2 * Runs, reader.Gets);
        // The frame and its registers, the cursor, the key and its writer, the statement.
        Assert.InRange(perRun, 1, 640);
    }

    private static async Task<long> SumAsync(QueryPlan plan, StatementScope scope, SqlValue[] parameters)
    {
        long sum = 0;
        for (int i = 0; i < Runs; i++)
        {
            await using RunningStatement run = plan.Start(scope, parameters);
            while (await run.NextAsync()) sum += run.Row[0].AsInt64();
        }

        return sum;
    }

    private static async Task<(SqlWorld World, DatabaseSchema Schema)> StartAsync()
    {
        SqlWorld world = await SqlWorld.StartAsync();
        await world.ExecuteAsync("CREATE TABLE k (id int PRIMARY KEY, v int, note text)");
        await using ISnapshotReader snapshot = await world.Transactions.SnapshotAsync(SnapshotBound.Strong);
        return (world, await CatalogRecords.LoadAsync(snapshot, world.Session.Database, default));
    }

    private static QueryPlan Plan(SqlWorld world, DatabaseSchema schema, string text) => StatementPlanner.Plan(
        SqlParser.Parse(text)[0],
        new PlanningContext(schema, ["public"], Execute.Virtual.VirtualTableSet.Empty, world.Session.Evaluation), []).Query!;

    /// <summary>A store of one row: whatever key is asked for, it has the row.</summary>
    private sealed class OneRowReader(byte[] row) : IKeyReader
    {
        public int Gets { get; private set; }

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(
            Key key, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
        {
            Gets++;
            return ValueTask.FromResult<ReadOnlyMemory<byte>?>(row);
        }

        public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
            IReadOnlyList<Key> keys, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default) =>
            ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>?>>([.. keys.Select(_ => (ReadOnlyMemory<byte>?)row)]);

        public ValueTask<ScanPage> ScanAsync(KeySpan span, ScanOptions options, CancellationToken cancellation = default) =>
            ValueTask.FromResult(new ScanPage([new KeyRow(span.Start, row)], default));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
