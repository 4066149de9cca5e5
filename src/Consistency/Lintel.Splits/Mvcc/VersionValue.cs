using Lintel.Primitives.Errors;

namespace Lintel.Splits.Mvcc;

/// <summary>What a version says of its key.</summary>
public enum VersionKind
{
    /// <summary>The key is absent from this timestamp on.</summary>
    Tombstone = 0,

    /// <summary>The key has a value from this timestamp on.</summary>
    Value = 1,
}

/// <summary>The stored form of a version's value: one byte of <see cref="VersionKind"/>, then the value's bytes.</summary>
public static class VersionValue
{
    /// <summary>The stored form of a value.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> value)
    {
        var stored = new byte[value.Length + 1];
        stored[0] = (byte)VersionKind.Value;
        value.CopyTo(stored.AsSpan(1));
        return stored;
    }

    /// <summary>The stored form of a tombstone.</summary>
    public static ReadOnlyMemory<byte> Tombstone { get; } = new byte[] { (byte)VersionKind.Tombstone };

    /// <summary>The kind of a stored value.</summary>
    /// <exception cref="LintelException"><see cref="ErrorCode.Corruption"/> for any other byte, and for none.</exception>
    public static VersionKind KindOf(ReadOnlySpan<byte> stored) => stored switch
    {
        [(byte)VersionKind.Tombstone] => VersionKind.Tombstone,
        [(byte)VersionKind.Value, ..] => VersionKind.Value,
        _ => throw new LintelException(ErrorCode.Corruption, "a stored version has no known kind"),
    };

    /// <summary>The value's bytes in a stored value.</summary>
    public static ReadOnlySpan<byte> BytesOf(ReadOnlySpan<byte> stored) => stored[1..];
}
