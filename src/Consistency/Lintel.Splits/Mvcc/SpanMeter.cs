using Lintel.Primitives.Keys;
using Lintel.Splits.Store;

namespace Lintel.Splits.Mvcc;

/// <summary>
/// Measures a span in bounded steps: stored bytes, versions, and the user key in the middle of the bytes, for dividing.
/// It keeps a bounded number of marks, evenly spread: when they fill up, every other one is dropped and the distance
/// grows with it, so the middle is exact to about 1/128 of the span.
/// </summary>
public sealed class SpanMeter(KeySpan span)
{
    private const int MarksMax = 256;
    private readonly List<(Key Key, long BytesBefore)> _marks = [];
    private long _distance = 1;
    private long _nextMark;
    private Key _resume = span.Start;

    /// <summary>Stored key and value bytes seen.</summary>
    public long Bytes { get; private set; }

    /// <summary>Versions seen, tombstones included.</summary>
    public long Versions { get; private set; }

    /// <summary>Whether the whole span has been seen.</summary>
    public bool IsDone { get; private set; }

    /// <summary>
    /// The user key with about half of the bytes before it: above the start of the span, so both sides of a division
    /// there are valid. Null when no key of the span would leave something on both sides.
    /// </summary>
    public Key? Middle
    {
        get
        {
            Key? best = null;
            long bestOff = long.MaxValue;
            foreach ((Key key, long before) in _marks)
            {
                long off = Math.Abs((Bytes / 2) - before);
                if (before == 0 || key <= span.Start || off >= bestOff) continue;
                (best, bestOff) = (key, off);
            }

            return best;
        }
    }

    /// <summary>Looks at up to <paramref name="versionsMax"/> more versions, ending between keys. True when done.</summary>
    public bool Step(IOrderedView view, int versionsMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(versionsMax);
        if (IsDone || span.IsEmpty) return IsDone = true;
        (byte[] start, byte[] end) = VersionKey.Bounds(new KeySpan(_resume, span.End));
        using IOrderedCursor cursor = view.Cursor(start, end);
        byte[] stem = [];
        int left = versionsMax;
        for (bool valid = cursor.Seek(start); valid; valid = cursor.Next())
        {
            if (!MvccReader.IsVersionOf(cursor.Key, stem))
            {
                stem = VersionKey.StemOf(cursor.Key).ToArray();
                if (left <= 0)
                {
                    _resume = VersionKey.Decode(stem);
                    return false;
                }

                if (Bytes >= _nextMark) Mark(VersionKey.Decode(stem));
            }

            left--;
            Versions++;
            Bytes += cursor.Key.Length + cursor.Value.Length;
        }

        return IsDone = true;
    }

    private void Mark(Key key)
    {
        _marks.Add((key, Bytes));
        _nextMark = Bytes + _distance;
        if (_marks.Count < MarksMax) return;
        int kept = 0;
        for (int i = 0; i < _marks.Count; i += 2) _marks[kept++] = _marks[i];
        _marks.RemoveRange(kept, _marks.Count - kept);
        _distance = Bytes / (MarksMax / 2);
        _nextMark = Bytes + _distance;
    }
}
