using System.Text;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Raft;
using Lintel.Raft.Leases;
using Lintel.Raft.Log;
using Lintel.Splits.Log;

namespace Lintel.Splits.Tests.Log;

/// <summary>What the log should hold, in the plainest form; draws batches that are legal.</summary>
internal sealed class LogModel
{
    private readonly SortedDictionary<SplitId, Split> _splits = [];
    private ulong _term = 1;

    /// <summary>Adds random records to a batch and does the same here.</summary>
    public void Fill(LogBatch batch, Prng random, int splits)
    {
        for (int i = random.Next(1, 4); i > 0; i--) Change(batch, random, new SplitId((ulong)random.Next(1, splits + 1)));
    }

    public string Dump()
    {
        var text = new StringBuilder();
        foreach ((SplitId id, Split split) in _splits)
            text.AppendLine(Line(id, split.State, split.Mark, split.Entries));
        return text.ToString();
    }

    public string DumpOf(SplitId id) =>
        _splits.TryGetValue(id, out Split? split) ? Line(id, split.State, split.Mark, split.Entries) : "";

    /// <summary>The same text, read from a log.</summary>
    public static async Task<string> DumpAsync(StoreLog log)
    {
        var text = new StringBuilder();
        foreach (SplitLog split in log.Splits) text.AppendLine(await DumpAsync(log, split));
        return text.ToString();
    }

    public static async Task<string> DumpAsync(StoreLog log, SplitLog split)
    {
        var entries = new List<LogEntry>();
        for (LogIndex at = split.FirstIndex; at <= split.LastIndex;)
        {
            LogRead read = await log.EntriesAsync(split.Split, at, split.LastIndex.Next(), 40);
            if (read is not LogRead.Found found) return $"{split.Split}: {read}";
            entries.AddRange(found.Entries.ToArray());
            at = entries[^1].Index.Next();
        }

        foreach (LogEntry entry in entries)
            if (!split.TryTerm(entry.Index, out Term term) || term != entry.Term) return $"{split.Split}: term of {entry.Index}";
        return Line(split.Split, split.HardState, split.Compacted, entries);
    }

    private static string Line(SplitId id, HardState state, LogMark mark, List<LogEntry> entries) =>
        $"{id} {state} {mark} " + string.Join(' ', entries.Select(static e =>
            $"{e.Index}@{e.Term}:{e.Kind}:{Convert.ToHexString(e.Data.Span)}"));

    private void Change(LogBatch batch, Prng random, SplitId id)
    {
        if (!_splits.TryGetValue(id, out Split? split)) _splits.Add(id, split = new Split());
        switch (random.Next(20))
        {
            case < 12:
                Append(batch, random, id, split);
                break;
            case < 15:
                split.State = new HardState(new Term(++_term), new NodeId((ulong)random.Next(1, 4)), new LogIndex(split.Last),
                    new SupportPromise(new NodeId(2), _term));
                batch.HardState(id, split.State);
                break;
            case < 18 when split.Entries.Count > 0:
                int drop = random.Next(1, split.Entries.Count + 1);
                split.Mark = new LogMark(split.Entries[drop - 1].Index, split.Entries[drop - 1].Term);
                split.Entries.RemoveRange(0, drop);
                batch.Compact(id, split.Mark.Index, split.Mark.Term);
                break;
            case 18:
                split.Entries.Clear();
                split.Mark = new LogMark(new LogIndex(split.Last + 5), new Term(_term));
                batch.Install(id, split.Mark.Index, split.Mark.Term);
                break;
            case 19:
                batch.Remove(id);
                _splits.Remove(id);
                break;
            default:
                Append(batch, random, id, split);
                break;
        }
    }

    private void Append(LogBatch batch, Prng random, SplitId id, Split split)
    {
        // Now and then a new leader replaces the end.
        int back = random.Chance(0.3) ? random.Next(split.Entries.Count + 1) : 0;
        if (back > 0) split.Entries.RemoveRange(split.Entries.Count - back, back);
        if (back > 0) _term++;
        var entries = new LogEntry[random.Next(1, 5)];
        for (int i = 0; i < entries.Length; i++)
        {
            var data = new byte[random.Next(0, 60)];
            random.Fill(data);
            entries[i] = new LogEntry(new Term(_term), new LogIndex(split.Last + 1), EntryKind.Normal, data);
            split.Entries.Add(entries[i]);
        }

        batch.Entries(id, entries);
    }

    private sealed class Split
    {
        public HardState State { get; set; }

        public LogMark Mark { get; set; }

        public List<LogEntry> Entries { get; } = [];

        public ulong Last => Entries.Count == 0 ? Mark.Index.Value : Entries[^1].Index.Value;
    }
}
