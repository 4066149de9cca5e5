using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;

namespace Lintel.Splits.Routing;

/// <summary>
/// Descriptors a router has seen. Bounded; anything in it may be out of date, which the split asked corrects. Entries
/// never overlap: a newer descriptor evicts the older ones in its way.
/// </summary>
public sealed class DescriptorCache(int capacity)
{
    private readonly SortedList<Key, SplitDescriptor> _byStart = [];
    private readonly Dictionary<SplitId, SplitDescriptor> _bySplit = [];

    /// <summary>Descriptors known.</summary>
    public int Count => _byStart.Count;

    /// <summary>The descriptor of a split, or null.</summary>
    public SplitDescriptor? Find(SplitId split) => _bySplit.GetValueOrDefault(split);

    /// <summary>The descriptor whose span contains a key, or null.</summary>
    public SplitDescriptor? Find(Key key)
    {
        int at = LastStartingAtOrBelow(key);
        return at >= 0 && _byStart.Values[at].Span.Contains(key) ? _byStart.Values[at] : null;
    }

    /// <summary>The descriptor that owns the keys just below a key, or null.</summary>
    public SplitDescriptor? FindBelow(Key end)
    {
        int at = LastStartingAtOrBelow(end);
        if (at >= 0 && _byStart.Keys[at] == end) at--;
        return at >= 0 && end <= _byStart.Values[at].Span.End ? _byStart.Values[at] : null;
    }

    /// <summary>Takes a descriptor in, unless a newer one of the split is known.</summary>
    public void Add(SplitDescriptor descriptor)
    {
        if (descriptor.Span.IsEmpty) return;
        if (_bySplit.TryGetValue(descriptor.Split, out SplitDescriptor? known))
        {
            if (known.Generation > descriptor.Generation) return;
            Remove(known);
        }

        int at = Math.Max(0, LastStartingAtOrBelow(descriptor.Span.Start));
        while (at < _byStart.Count && _byStart.Keys[at] < descriptor.Span.End)
        {
            if (_byStart.Values[at].Span.Overlaps(descriptor.Span)) Remove(_byStart.Values[at]);
            else at++;
        }

        if (_byStart.Count >= capacity) Remove(_byStart.Values[_byStart.Count / 2]);
        _byStart[descriptor.Span.Start] = descriptor;
        _bySplit[descriptor.Split] = descriptor;
    }

    /// <summary>Forgets a split, if what is known of it is not newer than <paramref name="generation"/>.</summary>
    public void Forget(SplitId split, ulong generation)
    {
        if (_bySplit.TryGetValue(split, out SplitDescriptor? known) && known.Generation <= generation) Remove(known);
    }

    private void Remove(SplitDescriptor descriptor)
    {
        _byStart.Remove(descriptor.Span.Start);
        _bySplit.Remove(descriptor.Split);
    }

    private int LastStartingAtOrBelow(Key key)
    {
        int low = 0;
        int high = _byStart.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_byStart.Keys[middle] <= key) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }
}
