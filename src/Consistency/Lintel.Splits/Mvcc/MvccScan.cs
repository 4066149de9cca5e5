using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Store;

namespace Lintel.Splits.Mvcc;

/// <summary>
/// Walks the rows of a span that are visible at a timestamp. Unwanted versions are stepped over a few at a time and
/// then jumped by a seek, so a row that is updated often costs little more than one that is not.
/// Spans are valid until the next move.
/// </summary>
public sealed class MvccScan : IDisposable
{
    // Stepping is cheaper than seeking, up to about this many neighbours.
    private const int StepsBeforeSeek = 6;

    private readonly IOrderedCursor? _cursor;
    private readonly Timestamp _at;
    private readonly ScanDirection _direction;
    private readonly byte[] _end;
    private readonly byte[] _start;
    private byte[] _stem = new byte[64];
    private int _stemLength;
    private byte[] _key = new byte[64];
    private int _keyLength;
    private byte[] _value = [];
    private int _valueLength;
    private bool _begun;
    private bool _onPosition;

    internal MvccScan(IOrderedView view, KeySpan span, Timestamp at, ScanDirection direction)
    {
        _at = at;
        _direction = direction;
        (_start, _end) = VersionKey.Bounds(span);
        if (!span.IsEmpty) _cursor = view.Cursor(_start, _end);
    }

    /// <summary>The user key of the row.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>The value of the row.</summary>
    public ReadOnlySpan<byte> Value => _direction == ScanDirection.Ascending
        ? VersionValue.BytesOf(_cursor!.Value)
        : VersionValue.BytesOf(_value.AsSpan(0, _valueLength));

    /// <summary>The commit timestamp of the row.</summary>
    public Timestamp Version { get; private set; }

    private ReadOnlySpan<byte> StemSpan => _stem.AsSpan(0, _stemLength);

    /// <summary>Moves to the next row. False at the end.</summary>
    public bool Next()
    {
        if (_cursor is null) return false;
        bool found = _direction == ScanDirection.Ascending ? NextUp() : NextDown();
        if (!found) return false;
        if (_key.Length < _stemLength) _key = new byte[_stem.Length];
        _keyLength = VersionKey.Decode(StemSpan, _key);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _cursor?.Dispose();

    private bool NextUp()
    {
        bool valid = _begun ? SkipRestOfStem() : _cursor!.Seek(_start);
        _begun = true;
        while (valid)
        {
            KeepStem();
            valid = SeekVisible();
            if (!valid || !IsOnStem()) continue;
            Version = VersionKey.TimestampOf(_cursor!.Key);
            if (VersionValue.KindOf(_cursor.Value) == VersionKind.Value) return true;
            valid = SkipRestOfStem();
        }

        return false;
    }

    // From the newest version of the stem to the first at or below the timestamp, or off the stem.
    private bool SeekVisible()
    {
        for (int step = 0; step < StepsBeforeSeek; step++)
        {
            if (!IsOnStem() || VersionKey.TimestampOf(_cursor!.Key) <= _at) return true;
            if (!_cursor.Next()) return false;
        }

        return _cursor!.Seek(VersionOfStem(_at));
    }

    private bool SkipRestOfStem()
    {
        for (int step = 0; step < StepsBeforeSeek; step++)
        {
            if (!_cursor!.Next()) return false;
            if (!IsOnStem()) return true;
        }

        // The terminator is the last byte of the stem; one above it is above all versions.
        _stem[_stemLength - 1]++;
        bool valid = _cursor!.Seek(StemSpan);
        _stem[_stemLength - 1]--;
        return valid;
    }

    // Going down, a stem is met at its oldest version. The walk stands on the first version of the next stem when it
    // returns, so a row with one version costs one move.
    private bool NextDown()
    {
        if (!_begun) _onPosition = _cursor!.SeekBefore(_end);
        _begun = true;
        while (_onPosition)
        {
            KeepStem();
            if (VersionKey.TimestampOf(_cursor!.Key) > _at)
            {
                _onPosition = _cursor.SeekBefore(StemSpan);
                continue;
            }

            TakeNewestVisible();
            if (VersionValue.KindOf(_value.AsSpan(0, _valueLength)) == VersionKind.Value) return true;
        }

        return false;
    }

    private void TakeNewestVisible()
    {
        for (int step = 0; step < StepsBeforeSeek; step++)
        {
            KeepVersion();
            _onPosition = _cursor!.Previous();
            if (!_onPosition || !IsOnStem()) return;
            if (VersionKey.TimestampOf(_cursor.Key) <= _at) continue;
            _onPosition = _cursor.SeekBefore(StemSpan);
            return;
        }

        _cursor!.Seek(VersionOfStem(_at));
        KeepVersion();
        _onPosition = _cursor.SeekBefore(StemSpan);
    }

    private void KeepVersion()
    {
        ReadOnlySpan<byte> stored = _cursor!.Value;
        if (_value.Length < stored.Length) _value = new byte[Math.Max(256, stored.Length * 2)];
        stored.CopyTo(_value);
        _valueLength = stored.Length;
        Version = VersionKey.TimestampOf(_cursor.Key);
    }

    private void KeepStem()
    {
        ReadOnlySpan<byte> stem = VersionKey.StemOf(_cursor!.Key);
        int needed = stem.Length + VersionKey.TimestampBytes;
        if (_stem.Length < needed) _stem = new byte[needed * 2];
        stem.CopyTo(_stem);
        _stemLength = stem.Length;
    }

    private ReadOnlySpan<byte> VersionOfStem(Timestamp at)
    {
        Span<byte> stored = _stem.AsSpan(0, _stemLength + VersionKey.TimestampBytes);
        VersionKey.WriteTimestamp(stored, at);
        return stored;
    }

    private bool IsOnStem() => MvccReader.IsVersionOf(_cursor!.Key, StemSpan);
}
