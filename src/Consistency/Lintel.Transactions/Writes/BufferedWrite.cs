using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;

namespace Lintel.Transactions.Writes;

/// <summary>The newest write of one key, and through <see cref="Older"/> what it covers since earlier marks.</summary>
internal sealed class BufferedWrite(Mutation mutation, long sequence, BufferedWrite? older)
{
    /// <summary>What a reader of the key by this transaction sees, and what a commit sends.</summary>
    public Mutation Mutation { get; set; } = mutation;

    /// <summary>Position among the writes of the transaction.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>The write that comes back when this one is rolled back, or null.</summary>
    public BufferedWrite? Older { get; } = older;

    /// <summary>The key.</summary>
    public Key Key => Mutation.Key;

    /// <summary>Whether the key has no value after this write.</summary>
    public bool IsRemoval => Mutation.Kind == MutationKind.Delete;

    /// <summary>Memory this write stands for, in bytes: key, value and what holds them.</summary>
    public long Bytes => Mutation.Key.Length + Mutation.Value.Length + 128;
}
