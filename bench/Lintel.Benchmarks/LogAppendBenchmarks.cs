using BenchmarkDotNet.Attributes;
using Lintel.Environment.Disk;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Raft.Log;
using Lintel.Splits.Log;
using Lintel.Splits.Store;

namespace Lintel.Benchmarks;

/// <summary>One batch of the shared Raft log: an entry of 200 bytes for each of several groups, one fsync.</summary>
public class LogAppendBenchmarks
{
    private string _folder = "";
    private DirectoryDisk? _disk;
    private StoreLog? _log;
    private ulong _index;

    /// <summary>Groups that share the batch.</summary>
    [Params(1, 8, 64)]
    public int Groups { get; set; }

    /// <summary>Opens a log on the real disk.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        _folder = Directory.CreateTempSubdirectory("lintel-log").FullName;
        _disk = DirectoryDisk.Open(_folder);
        var identity = new StoreIdentity(new ClusterId(Guid.Empty), new StoreId(Guid.Empty));
        _log = await StoreLog.OpenAsync(_disk, identity, new LogOptions()) is LogOpening.Opened opened
            ? opened.Log
            : throw new InvalidOperationException("the log did not open");
    }

    /// <summary>Append and sync.</summary>
    [Benchmark]
    public async Task AppendAsync()
    {
        _index++;
        var batch = new LogBatch();
        for (int group = 1; group <= Groups; group++)
        {
            LogEntry[] entries = [new(new Term(1), new LogIndex(_index), EntryKind.Normal, new byte[200])];
            batch.Entries(new SplitId((ulong)group), entries);
        }

        if (await _log!.AppendAsync(batch, LogDurability.Synced) is not LogAppendOutcome.Appended)
            throw new InvalidOperationException("the log refused");
    }

    /// <summary>Removes what was written.</summary>
    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _log!.DisposeAsync();
        _disk!.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
