using System.Diagnostics.CodeAnalysis;

namespace Lintel.Sql.Session;

/// <summary>A map of bounded size: the entry that was not asked for the longest goes first. Thread-safe.</summary>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> _entries = [];
    private readonly LinkedList<KeyValuePair<TKey, TValue>> _byUse = new();

    /// <summary>How many entries there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>The value of a key, if it is kept.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node))
            {
                value = default;
                return false;
            }

            if (node.Previous is not null)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }

            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Keeps a value in the place of any that the key had.</summary>
    public void Set(TKey key, TValue value)
    {
        lock (_gate)
        {
            if (_entries.Remove(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? old)) _byUse.Remove(old);
            _entries.Add(key, _byUse.AddFirst(KeyValuePair.Create(key, value)));
            if (_entries.Count <= capacity) return;
            _entries.Remove(_byUse.Last!.Value.Key);
            _byUse.RemoveLast();
        }
    }
}
