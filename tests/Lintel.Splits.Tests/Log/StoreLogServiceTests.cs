using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Raft.Log;
using Lintel.Splits.Log;
using Xunit;

namespace Lintel.Splits.Tests.Log;

public sealed class StoreLogServiceTests
{
    private static readonly SplitId Busy = new(1);
    private static readonly SplitId Idle = new(2);

    [Fact]
    public void A_full_disk_refuses_entries_loses_nothing_and_service_resumes_when_space_returns()
    {
        var machine = new LogMachine(1);
        var options = new LogOptions { BallastBytes = 1 << 16, SegmentBytes = 1 << 20 };
        machine.RunLog(options, async (log, _) =>
        {
            ulong next = 1;
            machine.Conditions = machine.Conditions with { Capacity = (1 << 16) + 20_000 };
            LogAppendOutcome outcome = LogAppendOutcome.Appended.Instance;
            while (outcome is LogAppendOutcome.Appended) outcome = await AppendAsync(log, Busy, next++, 1_000);
            LintelError error = Assert.IsType<LogAppendOutcome.DiskFull>(outcome).Error;
            Assert.Equal(ErrorCode.DiskFull, error.Code);
            Assert.Equal(LogHealth.Full, log.Health);
            ulong last = next - 2;
            Assert.Equal(new LogIndex(last), log.Find(Busy)!.LastIndex);

            // Still full: entries are refused, but what leads out of it has the room of the ballast.
            machine.Conditions = machine.Conditions with { Capacity = machine.Conditions.Capacity - 20_000 + 2_000 };
            Assert.IsType<LogAppendOutcome.DiskFull>(await AppendAsync(log, Busy, last + 1, 1_000));
            var relief = new LogBatch();
            relief.Compact(Busy, new LogIndex(last - 1), new Term(1));
            Assert.IsType<LogAppendOutcome.Appended>(await log.AppendAsync(relief));

            machine.Conditions = machine.Conditions with { Capacity = 1 << 30 };
            Assert.IsType<LogAppendOutcome.Appended>(await AppendAsync(log, Busy, last + 1, 1_000));
            Assert.Equal(LogHealth.InService, log.Health);
        });
        machine.RunLog(options, (log, recovery) =>
        {
            Assert.Empty(recovery.Damage);
            Assert.Null(recovery.Torn);
            Assert.Equal(2UL, log.Find(Busy)!.LastIndex - log.Find(Busy)!.Compacted.Index);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void What_is_written_ahead_keeps_the_length_of_the_file_and_is_no_torn_tail()
    {
        var machine = new LogMachine(1);
        LogOptions options = LogMachine.Small with { WriteAheadBytes = 1_000 };
        machine.RunLog(options, async (log, _) =>
        {
            await AppendAsync(log, Busy, 1, 10);
            long length = machine.Disk.LengthOf(machine.SegmentNames[0]);
            for (ulong i = 2; i <= 8; i++) await AppendAsync(log, Busy, i, 10);
            Assert.Equal(length, machine.Disk.LengthOf(machine.SegmentNames[0]));
        });
        machine.RunLog(options, async (log, recovery) =>
        {
            Assert.True(recovery is { Torn: null, Damage.IsEmpty: true });
            for (ulong i = 9; log.SegmentCount < 3; i++) await AppendAsync(log, Busy, i, 10);
        });
        machine.RunLog(options, (log, recovery) =>
        {
            Assert.True(recovery is { Torn: null, Damage.IsEmpty: true });
            Assert.True(log.Find(Busy)!.LastIndex > new LogIndex(20));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void A_failed_sync_is_final()
    {
        var machine = new LogMachine(1);
        machine.RunLog(LogMachine.Small, async (log, _) =>
        {
            Assert.IsType<LogAppendOutcome.Appended>(await AppendAsync(log, Busy, 1, 10));
            machine.Conditions = machine.Conditions with { SyncFailureChance = 1 };
            Assert.IsType<LogAppendOutcome.OutOfService>(await AppendAsync(log, Busy, 2, 10));
            machine.Conditions = machine.Conditions with { SyncFailureChance = 0 };
            Assert.IsType<LogAppendOutcome.OutOfService>(await AppendAsync(log, Busy, 2, 10));
            Assert.Equal(LogHealth.OutOfService, log.Health);
            Assert.Equal(new LogIndex(1), log.Find(Busy)!.LastIndex);
        });
    }

    [Fact]
    public void Segments_go_when_nobody_needs_them_and_an_idle_split_pins_none()
    {
        var machine = new LogMachine(1);
        machine.RunLog(LogMachine.Small, async (log, _) =>
        {
            await AppendAsync(log, Idle, 1, 30);
            for (ulong i = 1; i <= 40; i++) await AppendAsync(log, Busy, i, 200);
            Assert.True(log.SegmentCount > 4);
            Assert.Equal([Busy, Idle], log.PinnedBy().Select(static pin => pin.Split));
            SegmentCollection first = await log.CollectAsync();
            Assert.Equal((0, 0), (first.Deleted, first.Rewritten));

            var compaction = new LogBatch();
            compaction.Compact(Busy, new LogIndex(39), new Term(1));
            await log.AppendAsync(compaction);
            int before = log.SegmentCount;
            SegmentCollection second = await log.CollectAsync();
            Assert.Equal(1, second.Rewritten);
            Assert.True(second.Deleted >= before - 2);
            Assert.Empty(second.Pins.Where(static pin => pin.Split == Idle));
        });
        machine.RunLog(LogMachine.Small, async (log, recovery) =>
        {
            Assert.Empty(recovery.Damage);
            Assert.Equal((new LogIndex(1), new LogIndex(40)), (log.Find(Idle)!.LastIndex, log.Find(Busy)!.FirstIndex));
            var read = (LogRead.Found)await log.EntriesAsync(Idle, new LogIndex(1), new LogIndex(2), 100);
            Assert.Equal(30, read.Entries.Span[0].Data.Length);
        });
    }

    [Fact]
    public void A_batch_is_one_write_and_one_sync_however_many_splits_are_in_it()
    {
        var machine = new LogMachine(1);
        machine.RunLog(new LogOptions { BallastBytes = 0 }, async (log, _) =>
        {
            long before = machine.Disk.Syncs;
            var batch = new LogBatch();
            for (ulong split = 1; split <= 100; split++) batch.Entries(new SplitId(split), Entry(1, 10));
            await log.AppendAsync(batch);
            Assert.Equal((before + 1, 100), (machine.Disk.Syncs, log.Splits.Count));
        });
    }

    private static async Task<LogAppendOutcome> AppendAsync(StoreLog log, SplitId split, ulong index, int bytes)
    {
        var batch = new LogBatch();
        batch.Entries(split, Entry(index, bytes));
        return await log.AppendAsync(batch);
    }

    private static LogEntry[] Entry(ulong index, int bytes) =>
        [new LogEntry(new Term(1), new LogIndex(index), EntryKind.Normal, new byte[bytes])];
}
