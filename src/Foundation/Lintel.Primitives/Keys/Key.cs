namespace Lintel.Primitives.Keys;

/// <summary>
/// An immutable key: ordered bytes, compared as unsigned bytes, shorter first on a common prefix. The empty key is
/// <see cref="Min"/>. Real keys never begin with 0xFF, so <see cref="Max"/> (one 0xFF byte) is above all of them.
/// </summary>
public readonly struct Key : IEquatable<Key>, IComparable<Key>
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Wraps bytes without copying: the caller must not change them afterwards.</summary>
    public Key(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Below or equal to every key.</summary>
    public static Key Min => default;

    /// <summary>Above every real key; only ever the exclusive end of a span.</summary>
    public static Key Max { get; } = new(new byte[] { 0xFF });

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>The bytes, as memory that can be stored.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Copies bytes into a new key.</summary>
    public static Key Copy(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>A key from UTF-8 text; for tests and tools.</summary>
    public static Key FromText(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The immediate successor: this key followed by a zero byte.</summary>
    public Key Next()
    {
        var next = new byte[Length + 1];
        Span.CopyTo(next);
        return new Key(next);
    }

    /// <summary>The smallest key that is above every key with this prefix.</summary>
    public Key PrefixEnd()
    {
        ReadOnlySpan<byte> bytes = Span;
        int last = bytes.Length - 1;
        while (last >= 0 && bytes[last] == 0xFF) last--;
        if (last < 0) return Max;
        var end = bytes[..(last + 1)].ToArray();
        end[last]++;
        return new Key(end);
    }

    /// <summary>Whether the key begins with <paramref name="prefix"/>.</summary>
    public bool StartsWith(Key prefix) => Span.StartsWith(prefix.Span);

    /// <inheritdoc/>
    public int CompareTo(Key other) => Span.SequenceCompareTo(other.Span);

    /// <inheritdoc/>
    public bool Equals(Key other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Key other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The bytes as text where they are printable, and \xNN elsewhere.</summary>
    public override string ToString() => KeyText.Render(Span);

    /// <summary>Byte equality.</summary>
    public static bool operator ==(Key a, Key b) => a.Equals(b);

    /// <summary>Byte inequality.</summary>
    public static bool operator !=(Key a, Key b) => !a.Equals(b);

    /// <summary>Whether <paramref name="a"/> sorts before <paramref name="b"/>.</summary>
    public static bool operator <(Key a, Key b) => a.CompareTo(b) < 0;

    /// <summary>Whether <paramref name="a"/> sorts after <paramref name="b"/>.</summary>
    public static bool operator >(Key a, Key b) => a.CompareTo(b) > 0;

    /// <summary>Whether <paramref name="a"/> does not sort after <paramref name="b"/>.</summary>
    public static bool operator <=(Key a, Key b) => a.CompareTo(b) <= 0;

    /// <summary>Whether <paramref name="a"/> does not sort before <paramref name="b"/>.</summary>
    public static bool operator >=(Key a, Key b) => a.CompareTo(b) >= 0;
}
