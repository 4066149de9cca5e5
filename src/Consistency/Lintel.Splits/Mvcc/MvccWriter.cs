using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Store;

namespace Lintel.Splits.Mvcc;

/// <summary>Adds the versions of one commit to a batch.</summary>
/// <param name="batch">Where the versions go.</param>
/// <param name="at">The commit timestamp.</param>
public readonly struct MvccWriter(OrderedBatch batch, Timestamp at)
{
    /// <summary>A version with a value.</summary>
    public void Put(Key key, ReadOnlySpan<byte> value) => batch.Put(VersionKey.Encode(key, at), VersionValue.Encode(value));

    /// <summary>A tombstone.</summary>
    public void Delete(Key key) => batch.Put(VersionKey.Encode(key, at), VersionValue.Tombstone);
}
