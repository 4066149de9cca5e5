using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Gateway;

/// <summary>Writes that fall to one split.</summary>
internal readonly record struct MutationGroup(SplitDescriptor Split, IReadOnlyList<Mutation> Mutations)
{
    /// <summary>Groups writes, which are in key order, by the splits that own them as far as the router knows.</summary>
    public static async ValueTask<List<MutationGroup>> FormAsync(
        ISplitRouter router, IReadOnlyList<Mutation> mutations, CancellationToken cancellation)
    {
        var groups = new List<MutationGroup>();
        for (int i = 0; i < mutations.Count;)
        {
            SplitDescriptor split = await router.FindAsync(mutations[i].Key, cancellation);
            int end = i + 1;
            while (end < mutations.Count && split.Span.Contains(mutations[end].Key)) end++;
            groups.Add(new MutationGroup(split, end - i == mutations.Count ? mutations : Slice(mutations, i, end)));
            i = end;
        }

        return groups;
    }

    private static Mutation[] Slice(IReadOnlyList<Mutation> mutations, int start, int end)
    {
        var slice = new Mutation[end - start];
        for (int i = start; i < end; i++) slice[i - start] = mutations[i];
        return slice;
    }
}
