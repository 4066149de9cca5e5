using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Writes;

/// <summary>
/// The writes of a transaction that no split knows yet, in key order: overlaid on the transaction's own reads, taken
/// back to marks, and handed out at commit or when they are staged.
///
/// A write gets a sequence. A mark is the sequence of the next write. Two writes of one key with no mark between them
/// collapse into one; with a mark between them the newer covers the older, which a rollback brings back. What is sent
/// for a key is only its newest write, so checks must survive covering: a put over an insert stays an insert. (A
/// removal over an insert cannot carry the check: the caller reads the key under a lock first, see
/// <see cref="IsUncheckedInsert"/>.)
///
/// The list is sorted and searched by halves. It is bounded by the staging threshold, which keeps the moving of
/// references on insertion cheap; ascending keys, the common bulk case, are appended.
/// </summary>
public sealed class WriteBuffer
{
    // Invariant X01: strictly ascending keys. X02: along Older, sequences strictly descend.
    private readonly List<BufferedWrite> _writes = [];
    private long _next = 1;
    private long _latestMark;

    /// <summary>Number of written keys.</summary>
    public int Count => _writes.Count;

    /// <summary>Memory held, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Every write drained so far has a lower sequence: a mark at or above can be rolled back to here.</summary>
    public long DrainedBelow { get; private set; } = 1;

    /// <summary>Sets a key.</summary>
    public void Put(Key key, ReadOnlyMemory<byte> value)
    {
        int index = Find(key);
        bool stillChecked = index >= 0 && _writes[index].Mutation.Kind == MutationKind.Insert;
        Write(index, stillChecked ? Mutation.Insert(key, value) : Mutation.Put(key, value));
    }

    /// <summary>Sets a key that must not exist; false when this transaction itself has given it a value.</summary>
    public bool TryInsert(Key key, ReadOnlyMemory<byte> value)
    {
        int index = Find(key);
        if (index >= 0 && !_writes[index].IsRemoval) return false;

        // Over a removal the key is known to be absent at that point: nothing is left to check.
        Write(index, index >= 0 ? Mutation.Put(key, value) : Mutation.Insert(key, value));
        return true;
    }

    /// <summary>Removes a key. The caller has dealt with <see cref="IsUncheckedInsert"/>.</summary>
    public void Delete(Key key) => Write(Find(key), Mutation.Delete(key));

    /// <summary>Whether the newest write of the key is an insert whose check no split has made yet.</summary>
    public bool IsUncheckedInsert(Key key)
    {
        int index = Find(key);
        return index >= 0 && _writes[index].Mutation.Kind == MutationKind.Insert;
    }

    /// <summary>Whether the key was written here, and with which value (null: removed).</summary>
    public bool TryRead(Key key, out ReadOnlyMemory<byte>? value)
    {
        int index = Find(key);
        value = index >= 0 ? ValueOf(_writes[index]) : null;
        return index >= 0;
    }

    /// <summary>A point to come back to.</summary>
    public WriteMark Mark()
    {
        _latestMark = _next;
        return new WriteMark(_next);
    }

    /// <summary>Takes back every write made since the mark that is still here.</summary>
    public void RollbackTo(WriteMark mark)
    {
        RequireOwn(mark);
        int kept = 0;
        for (int i = 0; i < _writes.Count; i++)
        {
            BufferedWrite? write = _writes[i];
            while (write is not null && write.Sequence >= mark.Sequence)
            {
                Bytes -= write.Bytes;
                write = write.Older;
            }

            if (write is not null) _writes[kept++] = write;
        }

        _writes.RemoveRange(kept, _writes.Count - kept);
    }

    /// <summary>Refuses a mark that this transaction cannot have given.</summary>
    public void RequireOwn(WriteMark mark)
    {
        if (mark.Sequence > 0 && mark.Sequence <= _next) return;
        throw new LintelException(ErrorCode.InvalidArgument, "the mark is not one of this transaction");
    }

    /// <summary>The key that was written first, of those still here; null when there is none.</summary>
    public Key? FirstWritten()
    {
        BufferedWrite? first = null;
        foreach (BufferedWrite write in _writes)
        {
            if (first is null || write.Sequence < first.Sequence) first = write;
        }

        return first?.Key;
    }

    /// <summary>The newest write of every key, in key order.</summary>
    public IReadOnlyList<Mutation> ToMutations()
    {
        var mutations = new Mutation[_writes.Count];
        for (int i = 0; i < mutations.Length; i++) mutations[i] = _writes[i].Mutation;
        return mutations;
    }

    /// <summary>Takes everything out, in key order. What is taken cannot be rolled back here any more.</summary>
    public IReadOnlyList<Mutation> Drain()
    {
        IReadOnlyList<Mutation> drained = ToMutations();
        Clear();
        DrainedBelow = _next;
        return drained;
    }

    /// <summary>Forgets every write.</summary>
    public void Clear()
    {
        _writes.Clear();
        Bytes = 0;
    }

    /// <summary>
    /// Lays the writes over one page of stored rows. <paramref name="read"/> is the part of the scanned span that the
    /// page covers; <paramref name="span"/> is the whole of it, for the rest. At most <paramref name="rowLimit"/> rows
    /// come out (zero: no limit); the rest begins behind the last of them.
    /// </summary>
    public ScanPage Overlay(KeySpan span, KeySpan read, IReadOnlyList<KeyRow> stored, int rowLimit, bool descending)
    {
        var rows = new List<KeyRow>(stored.Count);
        int step = descending ? -1 : 1;
        int own = descending ? FirstAtOrAbove(read.End) - 1 : FirstAtOrAbove(read.Start);
        int theirs = 0;
        while (true)
        {
            bool hasOwn = own >= 0 && own < _writes.Count && read.Contains(_writes[own].Key);
            bool hasTheirs = theirs < stored.Count;
            if (!hasOwn && !hasTheirs) return new ScanPage(rows, Unread(span, read, descending));

            int order = !hasOwn ? 1 : !hasTheirs ? -1 : _writes[own].Key.CompareTo(stored[theirs].Key) * step;
            if (order > 0)
            {
                rows.Add(stored[theirs++]);
            }
            else
            {
                if (order == 0) theirs++;
                BufferedWrite write = _writes[own];
                own += step;
                if (write.IsRemoval) continue;
                rows.Add(new KeyRow(write.Key, write.Mutation.Value));
            }

            if (rows.Count == rowLimit) return new ScanPage(rows, Behind(span, rows[^1].Key, descending));
        }
    }

    private static KeySpan Behind(KeySpan span, Key last, bool descending) =>
        descending ? new KeySpan(span.Start, last) : new KeySpan(last.Next(), span.End);

    private static KeySpan Unread(KeySpan span, KeySpan read, bool descending)
    {
        KeySpan rest = descending ? new KeySpan(span.Start, read.Start) : new KeySpan(read.End, span.End);
        return rest.IsEmpty ? default : rest;
    }

    private static ReadOnlyMemory<byte>? ValueOf(BufferedWrite write)
    {
        if (write.IsRemoval) return null;
        return write.Mutation.Value;
    }

    private void Write(int index, Mutation mutation)
    {
        if (index < 0)
        {
            var first = new BufferedWrite(mutation, _next++, older: null);
            _writes.Insert(~index, first);
            Bytes += first.Bytes;
            return;
        }

        BufferedWrite before = _writes[index];
        if (before.Sequence >= _latestMark)
        {
            Bytes -= before.Bytes;
            before.Mutation = mutation;
            Bytes += before.Bytes;
            return;
        }

        _writes[index] = new BufferedWrite(mutation, _next++, before);
        Bytes += _writes[index].Bytes;
    }

    private int FirstAtOrAbove(Key key)
    {
        int index = Find(key);
        return index >= 0 ? index : ~index;
    }

    // The index of the key, or the complement of where it would go.
    private int Find(Key key)
    {
        int low = 0;
        int high = _writes.Count - 1;
        if (high >= 0 && _writes[high].Key < key) return ~_writes.Count;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = _writes[middle].Key.CompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
