using Lintel.Primitives.Keys;

namespace Lintel.Transactions.Reference;

/// <summary>
/// What a transaction wrote, by key, with the history that marks need. A key that was inserted stays "must not exist
/// in the store", whatever was written over it later.
/// </summary>
internal sealed class PendingWrites
{
    private readonly SortedSet<Key> _keys = [];
    private readonly Dictionary<Key, PendingWrite> _writes = [];
    private readonly List<(long Sequence, Key Key, PendingWrite? Before)> _history = [];
    private long _next = 1;

    /// <summary>Number of written keys.</summary>
    public int Count => _writes.Count;

    /// <summary>The sequence that the next write will have.</summary>
    public long Next => _next;

    /// <summary>The written keys in order, as they are now.</summary>
    public IReadOnlyCollection<Key> Keys => _keys;

    /// <summary>The write of a key, or null.</summary>
    public PendingWrite? Find(Key key) => _writes.TryGetValue(key, out PendingWrite write) ? write : null;

    /// <summary>Writes a key over what was written before.</summary>
    public void Set(Key key, ReadOnlyMemory<byte>? value, bool mustNotExist)
    {
        PendingWrite? before = Find(key);
        bool check = before is { } earlier ? earlier.MustNotExist : mustNotExist;
        _history.Add((_next++, key, before));
        _keys.Add(key);
        _writes[key] = new PendingWrite(value, check);
    }

    /// <summary>Takes back every write with a sequence of at least <paramref name="sequence"/>.</summary>
    public void RollbackTo(long sequence)
    {
        while (_history.Count > 0 && _history[^1].Sequence >= sequence)
        {
            (_, Key key, PendingWrite? before) = _history[^1];
            _history.RemoveAt(_history.Count - 1);
            if (before is { } write)
            {
                _writes[key] = write;
                continue;
            }

            _writes.Remove(key);
            _keys.Remove(key);
        }
    }

    /// <summary>The written keys of a span, in scan order.</summary>
    public IEnumerable<Key> KeysIn(KeySpan span, bool descending)
    {
        if (span.IsEmpty) yield break;
        SortedSet<Key> view = _keys.GetViewBetween(span.Start, span.End);
        foreach (Key key in descending ? view.Reverse() : view)
        {
            if (span.Contains(key)) yield return key;
        }
    }
}

/// <summary>The net effect on one key: a value, or null for a removal, and whether the key must be new.</summary>
internal readonly record struct PendingWrite(ReadOnlyMemory<byte>? Value, bool MustNotExist);
