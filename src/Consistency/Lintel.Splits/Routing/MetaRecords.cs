using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Routing;

/// <summary>
/// The descriptors as rows of the meta range. A split records its own descriptor after it changed; readers bear records
/// that are out of date, since the splits correct them, but never holes: a record shrinks only once the rest of its old
/// span is recorded (S31).
/// </summary>
public static class MetaRecords
{
    /// <summary>The stored form.</summary>
    public static ReadOnlyMemory<byte> Encode(SplitDescriptor descriptor)
    {
        var writer = new WireWriter();
        descriptor.Encode(writer);
        return writer.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    public static SplitDescriptor Decode(ReadOnlyMemory<byte> value)
    {
        var reader = new WireReader(value);
        SplitDescriptor descriptor = SplitDescriptor.Decode(ref reader);
        reader.End();
        return descriptor;
    }

    /// <summary>
    /// Records descriptors, each unless what is recorded is as new. Whether all are recorded now.
    /// </summary>
    /// <param name="router">The way to the meta range.</param>
    /// <param name="transaction">An id of its own for this attempt.</param>
    /// <param name="descriptors">Neighbours that came out of one change, or one.</param>
    public static async Task<bool> PublishAsync(
        ISplitRouter router, TransactionId transaction, IReadOnlyList<SplitDescriptor> descriptors)
    {
        var keys = new List<Key>();
        foreach (SplitDescriptor descriptor in descriptors)
        {
            keys.Add(KeySpace.MetaOf(descriptor.Span.Start));
            keys.Add(KeySpace.MetaOf(descriptor.Span.End));
        }

        SplitReply? read = await SplitWalk.AskAsync(
            router, keys[0], to => new LockingRead(to, transaction, new ReadTarget.Points(keys), ReadLock.Exclusive));
        if (read is not SplitReply.LockedRows rows) return false;
        var writes = new List<Mutation>();
        for (int i = 0; i < descriptors.Count; i++)
        {
            SplitDescriptor? recorded = rows.Read.Values[2 * i] is { } value ? Decode(value) : null;
            bool following = rows.Read.Values[(2 * i) + 1] is not null || descriptors[i].Span.End == Key.Max
                || Contains(descriptors, descriptors[i].Span.End);
            if (recorded is not null && recorded.Generation >= descriptors[i].Generation) continue;
            if (recorded is not null && recorded.Span.End > descriptors[i].Span.End && !following)
            {
                await ReleaseAsync(router, transaction, keys[0]);
                return false;
            }

            writes.Add(Mutation.Put(keys[2 * i], Encode(descriptors[i])));
        }

        if (writes.Count == 0)
        {
            await ReleaseAsync(router, transaction, keys[0]);
            return true;
        }

        SplitReply? done = await SplitWalk.AskAsync(
            router, keys[0], to => new CommitLocal(to, transaction, keys[0], writes, rows.Lease, 0));
        return done is SplitReply.Committed;
    }

    private static async Task ReleaseAsync(ISplitRouter router, TransactionId transaction, Key key) =>
        await SplitWalk.AskAsync(router, key, to => new Release(to, transaction));

    private static bool Contains(IReadOnlyList<SplitDescriptor> descriptors, Key start)
    {
        foreach (SplitDescriptor descriptor in descriptors)
        {
            if (descriptor.Span.Start == start) return true;
        }

        return false;
    }
}
