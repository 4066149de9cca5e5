using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Raft;
using Lintel.Raft.Log;
using Lintel.Splits.Log;
using Lintel.Splits.Store;
using Xunit;

namespace Lintel.Splits.Tests.Log;

public sealed class StoreLogDamageTests
{
    [Fact]
    public void A_flipped_bit_never_serves_a_wrong_entry() => FlipBits(stride: 23);

    [Fact]
    [Trait("tier", "1")]
    public void A_flipped_bit_anywhere_never_serves_a_wrong_entry() => FlipBits(stride: 1);

    private static void FlipBits(int stride)
    {
        (LogMachine machine, List<LogModel> _, List<Dictionary<SplitId, string>> states) = Written(seed: 7, batches: 24);
        int torn = 0, named = 0, all = 0;
        foreach (string file in machine.SegmentNames)
        {
            for (long at = 0; at < machine.Disk.LengthOf(file); at += stride)
            {
                (LogMachine copy, _, _) = Written(seed: 7, batches: 24);
                copy.Disk.FlipBits(file, at, (byte)(1 << (int)(at % 8)));
                copy.RunLog(LogMachine.Small, async (log, recovery) =>
                {
                    torn += recovery.Torn is null ? 0 : 1;
                    foreach (LogDamage damage in recovery.Damage)
                    {
                        named += damage.Scope == LogDamageScope.NamedSplits ? 1 : 0;
                        all += damage.Scope == LogDamageScope.AllSplits ? 1 : 0;
                    }

                    // A torn tail may take the last batch, which nobody can tell from a crash; nothing else goes unnoticed.
                    int oldest = recovery.Torn is null ? states.Count - 1 : states.Count - 2;
                    foreach (SplitLog split in log.Splits)
                    {
                        if (split.IsDamaged) continue;
                        string found = await LogModel.DumpAsync(log, split);
                        Assert.Contains(found, states[oldest..].Select(state => state.GetValueOrDefault(split.Split)));
                    }
                });
            }
        }

        Assert.True(torn > 50 / stride && named > 500 / stride && all > 500 / stride, $"torn {torn}, named {named}, all {all}");
    }

    [Fact]
    public void A_bad_payload_in_the_middle_names_its_split_which_serves_nothing_until_it_begins_anew()
    {
        var machine = new LogMachine(1);
        var bad = new SplitId(5);
        var good = new SplitId(6);
        machine.RunLog(new LogOptions { BallastBytes = 0 }, async (log, _) =>
        {
            await AppendAsync(log, batch => batch.Entries(bad, Entries(1, 3)));
            await AppendAsync(log, batch => batch.Entries(good, Entries(1, 3)));
        });
        machine.Disk.FlipBits(machine.SegmentNames[0], 72 + 32 + 48 + 20, 0x40);

        machine.RunLog(new LogOptions { BallastBytes = 0 }, async (log, recovery) =>
        {
            LogDamage damage = Assert.Single(recovery.Damage);
            Assert.Equal((LogDamageScope.NamedSplits, 72L), (damage.Scope, damage.Place.Offset));
            Assert.Equal([bad], damage.Splits.AsEnumerable());
            Assert.Equal([bad], recovery.DamagedSplits.AsEnumerable());
            Assert.Equal(new LogIndex(3), log.Find(good)!.LastIndex);
            Assert.IsType<LogRead.Damaged>(await log.EntriesAsync(bad, new LogIndex(1), new LogIndex(2), 100));
            await AppendAsync(log, batch =>
            {
                batch.Remove(bad);
                batch.Install(bad, new LogIndex(9), new Term(2));
            });
        });
        machine.RunLog(new LogOptions { BallastBytes = 0 }, (log, recovery) =>
        {
            Assert.Empty(recovery.DamagedSplits);
            Assert.Equal(new LogIndex(9), log.Find(bad)!.LastIndex);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void An_entry_that_rots_while_the_log_is_open_is_not_served()
    {
        var machine = new LogMachine(1);
        var split = new SplitId(5);
        machine.RunLog(new LogOptions { BallastBytes = 0, MemoryBytesMax = 10 }, async (log, _) =>
        {
            await AppendAsync(log, batch => batch.Entries(split, Entries(1, 8)));
            Assert.True(log.Find(split)!.MemoryFirst > new LogIndex(1));
            machine.Disk.FlipBits(machine.SegmentNames[0], 72 + 32 + 48 + 40, 1);
            Assert.IsType<LogRead.Damaged>(await log.EntriesAsync(split, new LogIndex(1), new LogIndex(4), 1_000));
            Assert.True(log.Find(split)!.IsDamaged);
        });
    }

    [Fact]
    public void A_missing_segment_puts_every_earlier_split_in_doubt_and_none_that_began_anew_after_it()
    {
        var machine = new LogMachine(3);
        SplitId early = new(1), idle = new(2), removed = new(3), late = new(4);
        machine.RunLog(LogMachine.Small, async (log, _) =>
        {
            await AppendAsync(log, batch => batch.Entries(idle, Entries(1, 1)));
            await AppendAsync(log, batch => batch.Entries(removed, Entries(1, 1)));
            for (ulong i = 1; log.SegmentCount < 4; i++) await AppendAsync(log, batch => batch.Entries(early, Entries(i, 1)));
            await AppendAsync(log, batch => batch.Remove(removed));
            await AppendAsync(log, batch => batch.Entries(removed, Entries(1, 2)));
            await AppendAsync(log, batch => batch.Entries(late, Entries(1, 1)));
        });
        machine.Run(disk => disk.DeleteAsync(machine.SegmentNames[1]).AsTask());
        machine.RunLog(LogMachine.Small, (log, recovery) =>
        {
            Assert.Contains(recovery.Damage, static damage => damage.Scope == LogDamageScope.AllSplits);
            Assert.Equal([early, idle], recovery.DamagedSplits.AsEnumerable());
            Assert.Equal((new LogIndex(2), new LogIndex(1)), (log.Find(removed)!.LastIndex, log.Find(late)!.LastIndex));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void Entries_whose_predecessors_were_compacted_by_a_later_mark_are_whole()
    {
        var machine = new LogMachine(3);
        SplitId split = new(1), pin = new(2);
        machine.RunLog(LogMachine.Small, async (log, _) =>
        {
            ulong next = 1;
            while (log.StoredBytes < LogMachine.Small.SegmentBytes) await AppendAsync(log, batch => batch.Entries(split, Entries(next++, 1)));
            LogIndex last = log.Find(split)!.LastIndex;
            await AppendAsync(log, batch => batch.Compact(split, new LogIndex(last.Value - 5), new Term(1)));
            await AppendAsync(log, batch => batch.Entries(pin, Entries(1, 1)));
            await AppendAsync(log, batch => batch.Entries(split, Entries(last.Value + 1, 3)));
            await AppendAsync(log, batch => batch.Compact(split, last + 2, new Term(1)));
            await AppendAsync(log, batch => batch.HardState(split, new HardState(new Term(1), default, last, default)));
            SegmentCollection collection = await log.CollectAsync();
            Assert.Equal((1, 1), (collection.Deleted, log.SegmentCount));
        });
        machine.RunLog(LogMachine.Small, (log, recovery) =>
        {
            Assert.Empty(recovery.Damage);
            Assert.Equal(log.Find(split)!.FirstIndex, log.Find(split)!.LastIndex);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void A_log_of_another_store_is_refused_and_left_alone()
    {
        (LogMachine machine, _, _) = Written(seed: 3, batches: 4);
        byte[] before = machine.Disk.Contents(machine.SegmentNames[0]);
        machine.Run(async disk =>
        {
            StoreIdentity other = LogMachine.Identity with { Store = new StoreId(new Guid("ffffffff-0000-0000-0000-000000000001")) };
            var refused = Assert.IsType<LogOpening.Refused>(await StoreLog.OpenAsync(disk, other, LogMachine.Small));
            Assert.Equal(ErrorCode.WrongCluster, refused.Error.Code);
        });
        Assert.Equal(before, machine.Disk.Contents(machine.SegmentNames[0]));
    }

    private static (LogMachine Machine, List<LogModel> Models, List<Dictionary<SplitId, string>> States) Written(ulong seed, int batches)
    {
        var machine = new LogMachine(seed);
        var model = new LogModel();
        var random = new Prng(seed);
        var states = new List<Dictionary<SplitId, string>>();
        machine.RunLog(LogMachine.Small, async (log, _) =>
        {
            for (int i = 0; i < batches; i++)
            {
                await AppendAsync(log, batch => model.Fill(batch, random, splits: 3));
                var state = new Dictionary<SplitId, string>();
                for (ulong id = 1; id <= 3; id++) state[new SplitId(id)] = model.DumpOf(new SplitId(id));
                states.Add(state);
            }
        });
        return (machine, [model], states);
    }

    private static LogEntry[] Entries(ulong first, int count) => [.. Enumerable.Range(0, count).Select(i =>
        new LogEntry(new Term(1), new LogIndex(first + (ulong)i), EntryKind.Normal, new byte[] { 1, 2, 3, (byte)i }))];

    private static async Task AppendAsync(StoreLog log, Action<LogBatch> fill)
    {
        var batch = new LogBatch();
        fill(batch);
        Assert.IsType<LogAppendOutcome.Appended>(await log.AppendAsync(batch));
    }
}
