using Lintel.Primitives.Random;

namespace Lintel.Sql.Tests.Query;

/// <summary>
/// Whatever way is chosen, the rows are the same: a table with keys and indexes against its copy without any, hashed
/// joins against conditions that cannot be hashed, first rows against all rows sorted.
/// </summary>
public sealed class PlanPropertyTests
{
    private const int RowsMax = 40;
    private const int QueriesPerWorld = 60;

    public static TheoryData<ulong> Seeds => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task An_index_gives_the_rows_that_a_full_scan_gives(ulong seed)
    {
        (SqlWorld world, Prng random) = await StartAsync(seed);
        for (int i = 0; i < QueriesPerWorld; i++)
        {
            string where = Condition(random);
            await AssertSameAsync(
                world, $"SELECT * FROM p WHERE {where} ORDER BY a, b, c, d", $"SELECT * FROM q WHERE {where} ORDER BY a, b, c, d");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task The_first_rows_are_a_prefix_of_all_rows_sorted(ulong seed)
    {
        (SqlWorld world, Prng random) = await StartAsync(seed);
        for (int i = 0; i < QueriesPerWorld; i++)
        {
            string query = $"SELECT c, d, a, b FROM p WHERE {Condition(random)} ORDER BY {Order(random)}";
            int limit = random.Next(10);
            int offset = random.Next(5);
            List<string> all = await world.RowsAsync(query);
            List<string> some = await world.RowsAsync($"{query} LIMIT {limit} OFFSET {offset}");
            Assert.Equal(all.Skip(offset).Take(limit), some);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_sort_by_index_gives_the_order_of_a_sort_in_memory(ulong seed)
    {
        (SqlWorld world, Prng random) = await StartAsync(seed);
        for (int i = 0; i < QueriesPerWorld; i++)
        {
            string order = Order(random);
            await AssertSameAsync(world, $"SELECT c, d, a, b FROM p ORDER BY {order}", $"SELECT c, d, a, b FROM q ORDER BY {order}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_join_gives_the_same_pairs_by_hash_by_lookup_and_by_trying_all(ulong seed)
    {
        (SqlWorld world, Prng random) = await StartAsync(seed);
        string[] kinds = ["JOIN", "LEFT JOIN", "RIGHT JOIN"];
        for (int i = 0; i < QueriesPerWorld / 2; i++)
        {
            string kind = kinds[random.Next(kinds.Length)];
            string left = random.Next(2) == 0 ? "p" : "q";
            string extra = random.Next(2) == 0 ? "" : $" AND x.d > {random.Next(20)}";
            string where = random.Next(2) == 0 ? "" : $" WHERE x.a = {random.Next(8)}";
            const string Columns = "x.a, x.b, x.c, y.a, y.b, y.c";
            await AssertSameAsync(
                world,
                $"SELECT x.a, x.b, r.id, r.note FROM {left} x {kind} r ON r.id = x.c{extra}{where} ORDER BY 1, 2, 3",
                $"SELECT x.a, x.b, r.id, r.note FROM q x {kind} r ON NOT (r.id + 0 <> x.c){extra}{where} ORDER BY 1, 2, 3");
            string[] by = random.Next(2) == 0 ? ["x.c", "y.a"] : ["x.a", "y.c"];
            await AssertSameAsync(
                world,
                $"SELECT {Columns} FROM {left} x {kind} p y ON {by[0]} = {by[1]}{extra}{where} ORDER BY 1, 2, 3, 4, 5, 6",
                $"SELECT {Columns} FROM q x {kind} q y ON NOT ({by[0]} <> {by[1]}){extra}{where} ORDER BY 1, 2, 3, 4, 5, 6");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Groups_of_sorted_input_are_those_of_hashed_input(ulong seed)
    {
        (SqlWorld world, Prng random) = await StartAsync(seed);
        for (int i = 0; i < QueriesPerWorld / 2; i++)
        {
            string rest = $"count(*), sum(d), min(b), max(d), count(DISTINCT c) FROM {{0}} WHERE {Condition(random)} GROUP BY a ORDER BY a";
            await AssertSameAsync(world, "SELECT a, " + string.Format(null, rest, "p"), "SELECT a, " + string.Format(null, rest, "q"));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Changes_leave_every_index_in_step_with_its_table(ulong seed)
    {
        (SqlWorld world, Prng random) = await StartAsync(seed);
        for (int i = 0; i < QueriesPerWorld / 2; i++)
        {
            string where = Condition(random);
            string change = random.Next(4) switch
            {
                0 => $"DELETE FROM {{0}} WHERE {where} AND d < {random.Next(30)}",
                1 => $"UPDATE {{0}} SET c = c + 1, d = d - 1 WHERE {where}",
                2 => $"UPDATE {{0}} SET a = a + 100 WHERE {where}",
                _ => $"INSERT INTO {{0}} SELECT a, b || 'x{i}', d, c FROM {{0}} WHERE {where}",
            };
            Assert.Equal(await world.RunAsync(string.Format(null, change, "p")), await world.RunAsync(string.Format(null, change, "q")));
            await AssertSameAsync(world, "SELECT a, b, c, d FROM p ORDER BY 1, 2, 3, 4", "SELECT a, b, c, d FROM q ORDER BY 1, 2, 3, 4");
            for (int c = 0; c < 12; c++)
                await AssertSameAsync(world, $"SELECT a, b, d FROM p WHERE c = {c} ORDER BY a, b", $"SELECT a, b, d FROM q WHERE c = {c} ORDER BY a, b");
        }
    }

    private static async Task<(SqlWorld World, Prng Random)> StartAsync(ulong seed)
    {
        SqlWorld world = await SqlWorld.StartAsync();
        var random = new Prng(seed);
        await world.ExecuteAsync(
            """
            CREATE TABLE p (a int, b text, c int, d int, PRIMARY KEY (a, b));
            CREATE INDEX p_c ON p (c, d DESC);
            CREATE INDEX p_d ON p (d NULLS FIRST);
            CREATE TABLE q (a int, b text, c int, d int);
            CREATE TABLE r (id bigint PRIMARY KEY, note text);
            INSERT INTO r SELECT i, 'n' || i FROM generate_series(2, 7) i
            """);
        int rows = random.Next(RowsMax);
        for (int i = 0; i < rows; i++)
        {
            string row = $"({random.Next(8)}, 'k{i}', {Value(random, 10)}, {Value(random, 30)})";
            await world.ExecuteAsync($"INSERT INTO p VALUES {row}; INSERT INTO q VALUES {row}");
        }

        return (world, random);
    }

    private static string Value(Prng random, int below) => random.Next(5) == 0 ? "NULL" : $"{random.Next(below)}";

    private static string Condition(Prng random)
    {
        int count = 1 + random.Next(3);
        return string.Join(random.Next(4) == 0 ? " OR " : " AND ", Enumerable.Range(0, count).Select(_ => Term(random)));
    }

    private static string Term(Prng random) => random.Next(9) switch
    {
        0 => $"a = {random.Next(9)}",
        1 => $"c = {random.Next(11)}",
        2 => $"d {Comparison(random)} {random.Next(31)}",
        3 => $"a {Comparison(random)} {random.Next(9)}",
        4 => $"c IN ({random.Next(11)}, {random.Next(11)}, NULL, {random.Next(11)})",
        5 => $"(a, b) = ({random.Next(9)}, 'k{random.Next(RowsMax)}')",
        6 => random.Next(2) == 0 ? $"a = ANY (ARRAY[{random.Next(9)}, {random.Next(9)}])" : $"c IN (SELECT id FROM r WHERE id > {random.Next(8)})",
        7 => random.Next(2) == 0 ? "c IS NULL" : "d IS NOT NULL",
        _ => $"d BETWEEN {random.Next(31)} AND {random.Next(31)}",
    };

    private static string Comparison(Prng random) => random.Next(5) switch
    {
        0 => "<",
        1 => "<=",
        2 => ">",
        3 => ">=",
        _ => "<>",
    };

    // Ends in the key, so that the order is one.
    private static string Order(Prng random)
    {
        string[] first = ["a", "a DESC", "c, d DESC", "c", "c DESC, d", "d", "d NULLS FIRST", "d DESC NULLS LAST", "d DESC", "c DESC NULLS LAST"];
        string chosen = first[random.Next(first.Length)];
        return chosen == "a DESC" ? "a DESC, b DESC" : chosen == "a" ? "a, b" : chosen + ", a, b";
    }

    private static async Task AssertSameAsync(SqlWorld world, string one, string other)
    {
        List<string> a = await world.RowsAsync(one);
        List<string> b = await world.RowsAsync(other);
        Assert.True(a.SequenceEqual(b), $"{one}\n{string.Join('\n', a)}\n-- is not\n{other}\n{string.Join('\n', b)}");
    }
}
