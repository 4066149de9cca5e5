using Lintel.Primitives.Random;
using Lintel.Transactions.Api;
using Xunit;
using static Lintel.Transactions.Tests.Contract.ContractWorld;

namespace Lintel.Transactions.Tests.Contract;

/// <summary>Random single-client histories, compared with a sorted dictionary after every step.</summary>
public abstract class ModelContract
{
    /// <summary>Runs a scenario to its end over an empty store.</summary>
    protected abstract Task RunAsync(Func<ITransactionSource, Task> scenario);

    /// <summary>How many steps a history has.</summary>
    protected virtual int Steps => 300;

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public Task A_random_history_reads_like_a_sorted_map(ulong seed) => RunAsync(async source =>
    {
        var random = new Prng(seed);
        var committed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (int done = 0; done < Steps;)
        {
            var own = new SortedDictionary<string, string>(committed, StringComparer.Ordinal);
            var marks = new Stack<(WriteMark Mark, SortedDictionary<string, string> Rows)>();
            await using ITransaction t = source.Begin(Options);
            for (int i = random.Next(1, 40); i > 0; i--, done++) await StepAsync(t, random, own, marks);
            if (random.Chance(0.7))
            {
                await t.CommitAsync();
                committed = own;
            }
            else
            {
                await t.RollbackAsync();
            }

            await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
            Assert.Equal(Expected(committed, "a", "z", descending: false), await reader.Rows("a", "z"));
        }
    });

    private static async Task StepAsync(
        ITransaction t,
        Prng random,
        SortedDictionary<string, string> own,
        Stack<(WriteMark Mark, SortedDictionary<string, string> Rows)> marks)
    {
        string key = $"{(char)('a' + random.Next(25))}{random.Next(4)}";
        switch (random.Next(8))
        {
            case 0 or 1:
                own[key] = $"v{random.Next(1000)}";
                await t.Write(key, own[key]);
                break;
            case 2:
                own.Remove(key);
                await t.Write(key, null);
                break;
            case 3 when !own.ContainsKey(key):
                own[key] = "inserted";
                await t.InsertAsync(K(key), V("inserted"));
                break;
            case 4:
                marks.Push((t.Mark(), new SortedDictionary<string, string>(own, StringComparer.Ordinal)));
                break;
            case 5 when marks.TryPop(out var point):
                await t.RollbackToAsync(point.Mark);
                own.Clear();
                foreach (var row in point.Rows) own.Add(row.Key, row.Value);
                break;
            case 6:
                Assert.Equal(own.GetValueOrDefault(key), await t.TextOf(key));
                break;
            default:
                bool descending = random.Chance(0.5);
                string end = $"{(char)(key[0] + random.Next(1, 6))}";
                var options = new ScanOptions(random.Next(5), descending);
                Assert.Equal(Expected(own, key, end, descending), await t.Rows(key, end, options));
                break;
        }
    }

    private static string Expected(SortedDictionary<string, string> rows, string start, string end, bool descending)
    {
        IEnumerable<string> texts = rows
            .Where(row => string.CompareOrdinal(row.Key, start) >= 0 && string.CompareOrdinal(row.Key, end) < 0)
            .Select(row => $"{row.Key}={row.Value}");
        return string.Join(' ', descending ? texts.Reverse() : texts);
    }
}
