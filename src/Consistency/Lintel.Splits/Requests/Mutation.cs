using Lintel.Primitives.Keys;

namespace Lintel.Splits.Requests;

/// <summary>One buffered write of a transaction. <paramref name="Value"/> is empty for a removal.</summary>
public readonly record struct Mutation(Key Key, MutationKind Kind, ReadOnlyMemory<byte> Value)
{
    /// <summary>Sets a key.</summary>
    public static Mutation Put(Key key, ReadOnlyMemory<byte> value) => new(key, MutationKind.Put, value);

    /// <summary>Sets a key that must not exist.</summary>
    public static Mutation Insert(Key key, ReadOnlyMemory<byte> value) => new(key, MutationKind.Insert, value);

    /// <summary>Removes a key, whether it exists or not.</summary>
    public static Mutation Delete(Key key) => new(key, MutationKind.Delete, default);
}

/// <summary>What a <see cref="Mutation"/> does. The numbers are on the wire and on disk.</summary>
public enum MutationKind
{
    /// <summary>Set a key.</summary>
    Put = 0,

    /// <summary>Set a key; refused with AlreadyExists when the key has a value.</summary>
    Insert = 1,

    /// <summary>Remove a key.</summary>
    Delete = 2,
}
