using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;

namespace Lintel.Transactions.Reference;

/// <summary>Every version of every key. A null value is a removal.</summary>
internal sealed class VersionedRows
{
    private readonly SortedSet<Key> _keys = [];
    private readonly Dictionary<Key, List<Version>> _versions = [];

    /// <summary>The value visible at <paramref name="at"/>, or null.</summary>
    public ReadOnlyMemory<byte>? Get(Key key, Timestamp at)
    {
        if (!_versions.TryGetValue(key, out List<Version>? versions)) return null;
        for (int i = versions.Count - 1; i >= 0; i--)
        {
            if (versions[i].At <= at) return versions[i].Value;
        }

        return null;
    }

    /// <summary>Adds a version, later than every other version of the key.</summary>
    public void Add(Key key, Timestamp at, ReadOnlyMemory<byte>? value)
    {
        if (!_versions.TryGetValue(key, out List<Version>? versions))
        {
            _keys.Add(key);
            _versions.Add(key, versions = []);
        }

        versions.Add(new Version(at, value));
    }

    /// <summary>The keys of a span that ever had a version, in scan order.</summary>
    public IEnumerable<Key> Keys(KeySpan span, bool descending)
    {
        if (span.IsEmpty) yield break;
        SortedSet<Key> view = _keys.GetViewBetween(span.Start, span.End);
        foreach (Key key in descending ? view.Reverse() : view)
        {
            if (span.Contains(key)) yield return key;
        }
    }

    private readonly record struct Version(Timestamp At, ReadOnlyMemory<byte>? Value);
}
