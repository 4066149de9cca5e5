using System.Collections.Immutable;

namespace Lintel.Splits.Store;

/// <summary>A key and its value in a <see cref="MemoryOrderedStore"/>.</summary>
internal sealed record MemoryOrderedEntry(byte[] Key, byte[] Value)
{
    /// <summary>Orders entries by their keys' bytes alone.</summary>
    public static IComparer<MemoryOrderedEntry> ByKey { get; } =
        Comparer<MemoryOrderedEntry>.Create(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
}

/// <summary>A view of a <see cref="MemoryOrderedStore"/>: one of its immutable states.</summary>
internal sealed class MemoryOrderedView(ImmutableSortedSet<MemoryOrderedEntry> entries) : IOrderedView
{
    public static ImmutableSortedSet<MemoryOrderedEntry> EmptySet { get; } =
        ImmutableSortedSet.Create(MemoryOrderedEntry.ByKey);

    public byte[]? Get(ReadOnlySpan<byte> key) => Find(entries, key);

    public IOrderedCursor Cursor(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> end) =>
        new MemoryOrderedCursor(entries, LowerBound(entries, start.Span), LowerBound(entries, end.Span));

    public void Dispose()
    {
        // An immutable set; the collector takes it.
    }

    internal static byte[]? Find(ImmutableSortedSet<MemoryOrderedEntry> entries, ReadOnlySpan<byte> key)
    {
        int at = LowerBound(entries, key);
        if (at == entries.Count) return null;
        MemoryOrderedEntry found = entries[at];
        return found.Key.AsSpan().SequenceEqual(key) ? (byte[])found.Value.Clone() : null;
    }

    /// <summary>Index of the first entry at or above a key.</summary>
    internal static int LowerBound(ImmutableSortedSet<MemoryOrderedEntry> entries, ReadOnlySpan<byte> key)
    {
        int at = entries.IndexOf(new MemoryOrderedEntry(key.ToArray(), []));
        return at < 0 ? ~at : at;
    }
}

/// <summary>A position in a <see cref="MemoryOrderedView"/>: an index between two bounds.</summary>
internal sealed class MemoryOrderedCursor(ImmutableSortedSet<MemoryOrderedEntry> entries, int first, int end) : IOrderedCursor
{
    private readonly int _end = Math.Max(first, end);
    private int _at = first - 1;

    public ReadOnlySpan<byte> Key => Current.Key;

    public ReadOnlySpan<byte> Value => Current.Value;

    private MemoryOrderedEntry Current =>
        IsInside ? entries[_at] : throw new InvalidOperationException("the cursor stands on no key");

    private bool IsInside => _at >= first && _at < _end;

    public bool Seek(ReadOnlySpan<byte> key) => MoveTo(Math.Max(first, MemoryOrderedView.LowerBound(entries, key)));

    public bool SeekBefore(ReadOnlySpan<byte> key) =>
        MoveTo(Math.Min(_end, MemoryOrderedView.LowerBound(entries, key)) - 1);

    public bool Next() => MoveTo(_at + 1);

    public bool Previous() => MoveTo(_at - 1);

    public void Dispose()
    {
        // Nothing is held.
    }

    private bool MoveTo(int position)
    {
        _at = Math.Clamp(position, first - 1, _end);
        return IsInside;
    }
}
