using System.Runtime.InteropServices;
using RocksDbSharp;

namespace Lintel.Splits.Store.Rocks;

/// <summary>
/// A position in a view, on an iterator of RocksDB. Keys and values are spans over its memory: nothing is copied and
/// nothing is allocated per row.
/// </summary>
/// <remarks>
/// RocksDB forgets where an iterator was once it has left its bounds; <see cref="_place"/> remembers at which side, so that a
/// move the other way comes back in. Leaving is also how it reports a failed read, so every miss asks for the error:
/// damage never looks like the end.
/// </remarks>
internal sealed unsafe class RocksOrderedCursor : IOrderedCursor
{
    private readonly RocksDatabase _database;
    private readonly byte[] _end;
    private byte* _bounds;
    private nint _options;
    private nint _iterator;
    private Place _place = Place.Before;

    public RocksOrderedCursor(RocksDatabase database, nint snapshot, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        database.Enter();
        _database = database;
        _end = end.ToArray();
        if (start.SequenceCompareTo(end) >= 0) return;
        Native rocks = Native.Instance;
        // The options keep pointers to the bounds, and the iterator keeps pointers to the options.
        _bounds = (byte*)NativeMemory.Alloc((nuint)(start.Length + end.Length + 1));
        start.CopyTo(new Span<byte>(_bounds, start.Length));
        end.CopyTo(new Span<byte>(_bounds + start.Length, end.Length));
        _options = rocks.rocksdb_readoptions_create();
        rocks.rocksdb_readoptions_set_snapshot(_options, snapshot);
        rocks.rocksdb_readoptions_set_iterate_lower_bound(_options, _bounds, (nuint)start.Length);
        rocks.rocksdb_readoptions_set_iterate_upper_bound(_options, _bounds + start.Length, (nuint)end.Length);
        _iterator = rocks.rocksdb_create_iterator(database.Rocks.Handle, _options);
    }

    private enum Place
    {
        Before,
        On,
        After,
    }

    public ReadOnlySpan<byte> Key
    {
        get
        {
            RequireOn();
            nint at = Native.Instance.rocksdb_iter_key(_iterator, out nuint length);
            return new ReadOnlySpan<byte>((void*)at, (int)length);
        }
    }

    public ReadOnlySpan<byte> Value
    {
        get
        {
            RequireOn();
            nint at = Native.Instance.rocksdb_iter_value(_iterator, out nuint length);
            return new ReadOnlySpan<byte>((void*)at, (int)length);
        }
    }

    public bool Seek(ReadOnlySpan<byte> key)
    {
        if (IsEmpty) return Miss(Place.After);
        if (key.SequenceCompareTo(_end) >= 0) return Miss(Place.After);
        fixed (byte* at = key) Native.Instance.rocksdb_iter_seek(_iterator, at, (nuint)key.Length);
        return Land(Place.After);
    }

    public bool SeekBefore(ReadOnlySpan<byte> key)
    {
        if (IsEmpty) return Miss(Place.Before);
        if (key.SequenceCompareTo(_end) >= 0) return SeekLast();
        fixed (byte* at = key) Native.Instance.rocksdb_iter_seek_for_prev(_iterator, at, (nuint)key.Length);
        if (!Land(Place.Before)) return false;
        return !Key.SequenceEqual(key) || Previous();
    }

    public bool Next()
    {
        if (IsEmpty || _place == Place.After) return Miss(Place.After);
        if (_place == Place.Before) Native.Instance.rocksdb_iter_seek_to_first(_iterator);
        else Native.Instance.rocksdb_iter_next(_iterator);
        return Land(Place.After);
    }

    public bool Previous()
    {
        if (IsEmpty || _place == Place.Before) return Miss(Place.Before);
        if (_place == Place.After) return SeekLast();
        Native.Instance.rocksdb_iter_prev(_iterator);
        return Land(Place.Before);
    }

    public void Dispose()
    {
        if (_place == (Place)(-1)) return;
        _place = (Place)(-1);
        if (!IsEmpty)
        {
            Native.Instance.rocksdb_iter_destroy(_iterator);
            Native.Instance.rocksdb_readoptions_destroy(_options);
            NativeMemory.Free(_bounds);
            (_iterator, _options) = (0, 0);
            _bounds = null;
        }

        _database.Leave();
    }

    private bool IsEmpty => _iterator == 0;

    private bool SeekLast()
    {
        Native.Instance.rocksdb_iter_seek_to_last(_iterator);
        return Land(Place.Before);
    }

    private bool Land(Place otherwise)
    {
        if (Native.Instance.rocksdb_iter_valid(_iterator) != 0)
        {
            _place = Place.On;
            return true;
        }

        Native.Instance.rocksdb_iter_get_error(_iterator, out nint error);
        if (error != 0)
            throw _database.Failed("read", new RocksDbException(error));
        return Miss(otherwise);
    }

    private bool Miss(Place place)
    {
        ObjectDisposedException.ThrowIf(_place == (Place)(-1), this);
        _place = place;
        return false;
    }

    private void RequireOn()
    {
        if (_place != Place.On) throw new InvalidOperationException("the cursor stands on no key");
    }
}
