using Lintel.Environment.Disk;
using Lintel.Primitives.Random;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Log;
using Xunit;

namespace Lintel.Splits.Tests.Log;

public sealed class StoreLogCrashTests
{
    [Fact]
    public void After_any_crash_the_log_is_a_prefix_that_holds_everything_synced()
    {
        int cut = 0;
        for (ulong seed = 0; seed < 150; seed++)
        {
            var machine = new LogMachine(seed);
            LogOptions options = LogMachine.Small with { WriteAheadBytes = seed % 2 == 0 ? 0 : 700 };
            var random = Prng.ForPurpose(seed, "log");
            var model = new LogModel();
            for (int crash = 0; crash < 4; crash++)
            {
                // states[i]: after the i-th batch of this run; the last may be under way when the crash comes.
                List<string> states = [model.Dump()];
                int synced = 0;
                CrashKind kind = random.Chance(0.7) ? CrashKind.Power : CrashKind.Process;
                machine.RunUntilCrash(TimeSpan.FromMicroseconds(random.Next(100, 60_000)), kind, async disk =>
                {
                    StoreLog log = await OpenAsync(disk, options);
                    for (int i = 0; i < 60; i++)
                    {
                        var batch = new LogBatch();
                        model.Fill(batch, random, splits: 4);
                        states.Add(model.Dump());
                        LogDurability durability = random.Chance(0.8) ? LogDurability.Synced : LogDurability.Ordered;
                        Assert.IsType<LogAppendOutcome.Appended>(await log.AppendAsync(batch, durability));
                        if (durability == LogDurability.Synced) synced = states.Count - 1;
                        if (random.Chance(0.2)) await log.CollectAsync();
                    }
                });

                string found = "";
                machine.RunLog(options, async (log, recovery) =>
                {
                    Assert.Empty(recovery.Damage);
                    if (recovery.Torn is not null) cut++;
                    found = await LogModel.DumpAsync(log);
                });
                int at = states.FindLastIndex(state => Visible(state) == found);
                Assert.True(at >= synced, $"seed {seed}: found state {at}, synced {synced} of {states.Count - 1}\n{found}\n--\n{states[synced]}");
                // The model cannot go back: a run that lost something ends here.
                if (at != states.Count - 1) break;
            }
        }

        Assert.True(cut > 10, $"only {cut} torn tails were met");
    }

    // A split without any record is known to the model and not to the log.
    private static string Visible(string state) => string.Concat(state.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(static line => line + "\n").Where(static line => !IsEmptyLine(line)));

    private static bool IsEmptyLine(string line) => line.EndsWith("LogMark { Index = 0, Term = 0 } \n", StringComparison.Ordinal)
        && line.Contains("Term = 0, Vote = none", StringComparison.Ordinal);

    private static async Task<StoreLog> OpenAsync(IDisk disk, LogOptions options) =>
        ((LogOpening.Opened)await StoreLog.OpenAsync(disk, LogMachine.Identity, options)).Log;
}
