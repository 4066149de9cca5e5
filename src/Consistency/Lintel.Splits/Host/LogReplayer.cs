using Lintel.Primitives.Errors;
using Lintel.Raft;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Splits.Log;
using Lintel.Splits.Replica;
using Lintel.Splits.Store;

namespace Lintel.Splits.Host;

/// <summary>
/// Applies what is committed in the log and not yet in the ordered store, before a replica is opened: after a crash the
/// store is older than the log, by as much as was not flushed. What is not known to be committed is left to the peer.
/// </summary>
public static class LogReplayer
{
    private const long StepBytes = 4 << 20;

    /// <summary>Catches up; also returns the splits that came out of divisions on the way.</summary>
    public static async Task<(SplitState Now, List<SplitState> Born)> CatchUpAsync(
        IOrderedStore store, StoreLog log, SplitState state)
    {
        var born = new List<SplitState>();
        SplitLog own = log.Find(state.Descriptor.Split)
            ?? throw new LintelException(ErrorCode.Corruption, $"{state.Descriptor.Split} has no log");
        LogIndex end = LogIndex.Min(own.HardState.Commit, own.LastIndex).Next();
        if (state.Applied.Next() >= end) return (state, born);
        var machine = new SplitStateMachine(store, state);
        while (machine.State.Applied.Next() < end)
        {
            LogRead read = await log.EntriesAsync(state.Descriptor.Split, machine.State.Applied.Next(), end, StepBytes);
            if (read is not LogRead.Found found)
                throw new LintelException(ErrorCode.Corruption, $"the log of {state.Descriptor.Split} cannot be read", read.ToString());
            var batch = new ApplyBatch(store);
            foreach (LogEntry entry in found.Entries.ToArray())
            {
                if (machine.Apply(entry, batch, ConfigurationAfter(machine.State, entry)) is AppliedResult.Divided divided)
                    born.Add(divided.Right);
            }

            batch.WriteOut();
        }

        return (machine.State, born);
    }

    private static GroupConfiguration? ConfigurationAfter(SplitState state, LogEntry entry)
    {
        if (entry.Kind != EntryKind.ConfigurationChange) return null;
        ConfigurationChange change = ConfigurationChange.Decode(entry.Data);
        return ConfigurationChanger.Check(state.Configuration, change) is null
            ? ConfigurationChanger.Apply(state.Configuration, change)
            : state.Configuration;
    }
}
