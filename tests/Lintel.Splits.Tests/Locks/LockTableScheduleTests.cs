using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Splits.Locks;
using Xunit;

namespace Lintel.Splits.Tests.Locks;

/// <summary>
/// Transactions that lock random keys and spans in random order, interleaved at random; who is wounded begins again and
/// keeps its age. The table itself is not trusted: grants are recorded here and compared with each other.
/// </summary>
public sealed class LockTableScheduleTests
{
    private sealed class Worker(TransactionId id, (LockSpan Span, LockMode Mode)[] wants)
    {
        public TransactionId Id => id;
        public (LockSpan Span, LockMode Mode)[] Wants => wants;
        public List<(LockSpan Span, LockMode Mode)> Held { get; } = [];
        public WaitToken? Waiting { get; set; }
        public bool Prepared { get; set; }
        public bool Done { get; set; }
        public int Restarts { get; set; }
    }

    [Fact]
    public void Every_schedule_excludes_conflicts_and_ends()
    {
        Invariant.Costly = true;
        int wounds = 0;
        int waits = 0;
        for (ulong seed = 1; seed <= 2000; seed++)
        {
            (int Wounds, int Waits) seen = Run(seed);
            wounds += seen.Wounds;
            waits += seen.Waits;
        }

        Assert.True(wounds > 500, $"only {wounds} wounds: too quiet to mean anything");
        Assert.True(waits > 1000, $"only {waits} waits: too quiet to mean anything");
    }

    private static (int Wounds, int Waits) Run(ulong seed)
    {
        var random = new Prng(seed);
        var table = new LockTable(new LockLimits());
        var workers = Enumerable.Range(1, random.Next(2, 5)).Select(i => new Worker(
            new TransactionId(new Timestamp(i), new NodeId(1), 1),
            [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Want(random))])).ToArray();
        int waits = 0;
        for (int step = 0; workers.Any(worker => !worker.Done); step++)
        {
            Assert.True(step < 10_000, $"seed {seed}: no progress; a deadlock or a starved transaction");
            Worker[] able = [.. workers.Where(worker => !worker.Done && worker.Waiting is null)];
            Assert.True(able.Length > 0, $"seed {seed}: everybody waits");
            Worker worker = random.Pick(able);
            waits += Advance(table, workers, worker, seed) ? 1 : 0;
            RequireExclusion(workers, seed);
        }

        Assert.True(workers[0].Restarts == 0, $"seed {seed}: the oldest was wounded");
        Assert.True(table.CellCount == 0 && table.TransactionCount == 0, $"seed {seed}: something was left behind");
        return (workers.Sum(worker => worker.Restarts), waits);
    }

    private static (LockSpan, LockMode) Want(Prng random)
    {
        LockMode mode = random.Chance(0.5) ? LockMode.Shared : LockMode.Exclusive;
        Key low = Key.FromText(((char)('a' + random.Next(5))).ToString());
        if (random.Chance(0.7)) return (LockSpan.Of(low), mode);
        Key high = Key.FromText(((char)('b' + random.Next(5))).ToString());
        return (LockSpan.Of(low < high ? new KeySpan(low, high) : KeySpan.Of(low)), mode);
    }

    private static bool Advance(LockTable table, Worker[] workers, Worker worker, ulong seed)
    {
        if (worker.Held.Count == worker.Wants.Length)
        {
            if (!worker.Prepared)
            {
                worker.Prepared = table.MarkPrepared(worker.Id, new Timestamp(100), out LockEffects cleared);
                Assert.True(worker.Prepared, $"seed {seed}: {worker.Id} holds everything and may not prepare");
                Take(workers, cleared);
                return false;
            }

            worker.Done = true;
            worker.Held.Clear();
            Take(workers, table.Release(worker.Id));
            return false;
        }

        (LockSpan span, LockMode mode) = worker.Wants[worker.Held.Count];
        LockOutcome outcome = table.Acquire(worker.Id, span, mode, out LockEffects effects);
        Take(workers, effects);
        if (outcome is LockOutcome.Granted) worker.Held.Add((span, mode));
        else worker.Waiting = Assert.IsType<LockOutcome.Waiting>(outcome).Token;
        bool waits = worker.Waiting is not null;
        Restart(table, workers, effects);
        return waits;
    }

    private static void Restart(LockTable table, Worker[] workers, LockEffects effects)
    {
        foreach (WoundedTransaction wounded in effects.Wounded)
        {
            Worker victim = workers.Single(worker => worker.Id == wounded.Transaction);
            Assert.True(wounded.By.IsOlderThan(victim.Id), "only an older transaction wounds");
            Assert.False(victim.Prepared, "a prepared transaction is never wounded");
            LockEffects more = table.Release(victim.Id);
            Take(workers, more);
            Restart(table, workers, more);
        }
    }

    private static void Take(Worker[] workers, LockEffects effects)
    {
        foreach (WoundedTransaction wounded in effects.Wounded)
        {
            Worker victim = workers.Single(worker => worker.Id == wounded.Transaction);
            victim.Held.Clear();
            victim.Waiting = null;
            victim.Restarts++;
        }

        foreach (WaitToken token in effects.Granted)
        {
            Worker granted = workers.Single(worker => worker.Waiting == token);
            granted.Held.Add(granted.Wants[granted.Held.Count]);
            granted.Waiting = null;
        }
    }

    private static void RequireExclusion(Worker[] workers, ulong seed)
    {
        foreach (Worker a in workers)
        foreach (Worker b in workers)
        {
            if (a.Id.CompareTo(b.Id) >= 0) continue;
            foreach (var x in a.Held)
            foreach (var y in b.Held)
                Assert.False(
                    x.Span.Overlaps(y.Span) && (x.Mode == LockMode.Exclusive || y.Mode == LockMode.Exclusive),
                    $"seed {seed}: {a.Id} holds {x} and {b.Id} holds {y}");
        }
    }
}
