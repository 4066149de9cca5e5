using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;

namespace Lintel.Transactions.Api;

/// <summary>How a read-write transaction is to run.</summary>
/// <param name="Label">Shown in status and logs: the application or statement that began it.</param>
public readonly record struct TransactionOptions(string? Label = null);

/// <summary>Which lock a read takes.</summary>
public enum LockStrength
{
    /// <summary>Others may read, none may write, until the end of this transaction.</summary>
    Shared,

    /// <summary>The caller means to write: none may read under a lock or write. Avoids the upgrade that deadlocks.</summary>
    Exclusive,
}

/// <summary>Which snapshot a read-only transaction reads.</summary>
public readonly record struct SnapshotBound
{
    private SnapshotBound(SnapshotBoundKind kind, Timestamp at, TimeSpan age)
    {
        Kind = kind;
        At = at;
        Age = age;
    }

    /// <summary>Which of the cases this is.</summary>
    public SnapshotBoundKind Kind { get; }

    /// <summary>The timestamp, for <see cref="SnapshotBoundKind.Exact"/>.</summary>
    public Timestamp At { get; }

    /// <summary>The staleness, for <see cref="SnapshotBoundKind.Stale"/>.</summary>
    public TimeSpan Age { get; }

    /// <summary>Sees everything that was acknowledged before the call.</summary>
    public static SnapshotBound Strong => default;

    /// <summary>Sees the state at exactly <paramref name="timestamp"/>.</summary>
    public static SnapshotBound Exactly(Timestamp timestamp) => new(SnapshotBoundKind.Exact, timestamp, default);

    /// <summary>Sees the state of <paramref name="age"/> ago; can be served by the nearest replica without waiting.</summary>
    public static SnapshotBound StaleBy(TimeSpan age) => new(SnapshotBoundKind.Stale, default, age);
}

/// <summary>The cases of <see cref="SnapshotBound"/>.</summary>
public enum SnapshotBoundKind
{
    /// <summary>Strong: at the latest time any node may think it is.</summary>
    Strong,

    /// <summary>At a given timestamp.</summary>
    Exact,

    /// <summary>At a given age.</summary>
    Stale,
}

/// <summary>How a scan reads.</summary>
/// <param name="RowLimit">At most this many rows in the page; zero is "a page of the store's choice".</param>
/// <param name="Descending">From the end of the span to its start.</param>
/// <param name="Strength">Lock taken on the span that was read, in a read-write transaction.</param>
public readonly record struct ScanOptions(
    int RowLimit = 0, bool Descending = false, LockStrength Strength = LockStrength.Shared);

/// <summary>One page of a scan.</summary>
/// <param name="Rows">The rows, in scan order.</param>
/// <param name="Rest">The part of the span not read yet; empty when the scan is complete.</param>
public sealed record ScanPage(IReadOnlyList<KeyRow> Rows, KeySpan Rest)
{
    /// <summary>Whether nothing is left to read.</summary>
    public bool IsLast => Rest.IsEmpty;
}

/// <summary>A key and its value.</summary>
public readonly record struct KeyRow(Key Key, ReadOnlyMemory<byte> Value);

/// <summary>A position in a transaction's own writes; see <see cref="ITransaction.Mark"/>.</summary>
public readonly record struct WriteMark(long Sequence);

/// <summary>What became of a commit.</summary>
/// <param name="Kind">The outcome, if one is known.</param>
/// <param name="CommitTimestamp">When, for a committed transaction.</param>
public readonly record struct CommitFate(CommitFateKind Kind, Timestamp CommitTimestamp);

/// <summary>The cases of <see cref="CommitFate"/>.</summary>
public enum CommitFateKind
{
    /// <summary>It committed at the timestamp.</summary>
    Committed,

    /// <summary>It did not and never will.</summary>
    Aborted,

    /// <summary>The record has been collected (older than the version retention) or never existed.</summary>
    Forgotten,
}
