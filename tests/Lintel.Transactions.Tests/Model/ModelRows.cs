using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;

namespace Lintel.Transactions.Tests.Model;

/// <summary>The versions of one split.</summary>
internal sealed class ModelRows
{
    private readonly SortedDictionary<Key, List<(Timestamp At, Mutation Write)>> _versions = [];

    public ReadOnlyMemory<byte>? Get(Key key, Timestamp at)
    {
        if (!_versions.TryGetValue(key, out var versions)) return null;
        for (int i = versions.Count - 1; i >= 0; i--)
        {
            if (versions[i].At <= at) return ValueOf(versions[i].Write);
        }

        return null;
    }

    public void Apply(IEnumerable<Mutation> mutations, Timestamp at)
    {
        foreach (Mutation mutation in mutations)
        {
            if (!_versions.TryGetValue(mutation.Key, out var versions)) _versions.Add(mutation.Key, versions = []);
            if (versions.Count > 0 && versions[^1].At >= at)
            {
                if (versions.Exists(v => v.At == at)) continue;
                throw new InvalidOperationException($"a version of {mutation.Key} at {at} is below {versions[^1].At}");
            }

            versions.Add((at, mutation));
        }
    }

    public IEnumerable<Key> Keys(KeySpan span) => _versions.Keys.Where(span.Contains);

    public ModelRows TakeFrom(Key start)
    {
        var right = new ModelRows();
        foreach (Key key in _versions.Keys.Where(k => k >= start).ToArray())
        {
            _versions.Remove(key, out var versions);
            right._versions.Add(key, versions!);
        }

        return right;
    }

    public static ReadOnlyMemory<byte>? ValueOf(Mutation write)
    {
        if (write.Kind == MutationKind.Delete) return null;
        return write.Value;
    }
}
