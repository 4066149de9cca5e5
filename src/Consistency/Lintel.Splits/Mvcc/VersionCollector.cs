using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Store;

namespace Lintel.Splits.Mvcc;

/// <summary>
/// Decides which versions nobody can read any more: of each key, everything below the newest version at or below the
/// horizon, and that one too when it is a tombstone. A read at or above the horizon sees the same before and after.
/// </summary>
/// <remarks>
/// The decision is a function of the view, the span and the limits, so replicas that run the same step at the same
/// applied index remove the same versions. A tombstone and what it hides leave in one batch, or its key would come
/// back (M02): a step ends only between keys, and a key with many dead versions is cut by one span removal.
/// </remarks>
public static class VersionCollector
{
    private const int PointDeletesMax = 8;

    /// <summary>One bounded step.</summary>
    /// <param name="view">The present.</param>
    /// <param name="span">What is left to collect.</param>
    /// <param name="horizon">Reads below this are no longer served.</param>
    /// <param name="versionsMax">Ends the step at the first key after this many versions were looked at.</param>
    public static CollectionStep Step(IOrderedView view, KeySpan span, Timestamp horizon, int versionsMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(versionsMax);
        var batch = new OrderedBatch();
        if (span.IsEmpty) return new CollectionStep(batch, null, 0);
        (byte[] start, byte[] end) = VersionKey.Bounds(span);
        using IOrderedCursor cursor = view.Cursor(start, end);
        var walk = new Walk(cursor, batch, horizon);
        bool valid = cursor.Seek(start);
        while (valid)
        {
            if (walk.Examined >= versionsMax)
            {
                Key next = VersionKey.Decode(VersionKey.StemOf(cursor.Key));
                return new CollectionStep(batch, new KeySpan(next, span.End), walk.Examined);
            }

            valid = walk.CollectKey();
        }

        return new CollectionStep(batch, null, walk.Examined);
    }

    private sealed class Walk(IOrderedCursor cursor, OrderedBatch batch, Timestamp horizon)
    {
        private readonly List<byte[]> _dead = [];

        public int Examined { get; private set; }

        // Starts on the newest version of a key; ends on the newest of the next. False at the end of the span.
        public bool CollectKey()
        {
            byte[] stem = VersionKey.StemOf(cursor.Key).ToArray();
            bool anchored = false;
            bool valid = true;
            _dead.Clear();
            while (valid && MvccReader.IsVersionOf(cursor.Key, stem))
            {
                Examined++;
                if (anchored) _dead.Add(cursor.Key.ToArray());
                else if (VersionKey.TimestampOf(cursor.Key) <= horizon)
                {
                    anchored = true;
                    if (VersionValue.KindOf(cursor.Value) == VersionKind.Tombstone) _dead.Add(cursor.Key.ToArray());
                }

                if (_dead.Count > PointDeletesMax) return DeleteRest(stem);
                valid = cursor.Next();
            }

            foreach (byte[] stored in _dead) batch.Delete(stored);
            return valid;
        }

        private bool DeleteRest(byte[] stem)
        {
            byte[] end = [.. stem];
            end[^1]++;
            batch.DeleteSpan(_dead[0], end);
            return cursor.Seek(end);
        }
    }
}

/// <summary>What one step of collection decided.</summary>
/// <param name="Removals">To be applied to the store; may be empty.</param>
/// <param name="Rest">What is left to collect; null when the span is done.</param>
/// <param name="Examined">Versions looked at.</param>
public sealed record CollectionStep(OrderedBatch Removals, KeySpan? Rest, int Examined);
