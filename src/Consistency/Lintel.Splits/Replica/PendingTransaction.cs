using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Replica;

/// <summary>
/// A transaction that the replicated state of a split knows and that is not finished there. Immutable: a step makes a
/// new one.
/// </summary>
/// <param name="Id">The transaction.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Coordinator">From preparing on: the key whose split decides.</param>
/// <param name="At">Prepared: no commit below this. Moving: the commit timestamp.</param>
/// <param name="Writes">Its writes, without the staged ones.</param>
/// <param name="StagedThrough">Sequence of its last stage here, or zero.</param>
/// <param name="StagedHull">Smallest span that covers its staged writes; what is left of it while moving.</param>
/// <param name="Exclusive">From preparing on: what it holds exclusively, for a new leader.</param>
/// <param name="Shared">From preparing on: what it holds shared, for a new leader.</param>
public sealed record PendingTransaction(
    TransactionId Id,
    PendingPhase Phase,
    Key Coordinator,
    Timestamp At,
    IReadOnlyList<Mutation> Writes,
    long StagedThrough,
    KeySpan StagedHull,
    IReadOnlyList<KeySpan> Exclusive,
    IReadOnlyList<KeySpan> Shared)
{
    private const byte Version = 1;

    /// <summary>Whether it may still commit, or become visible, at a timestamp of <see cref="At"/> or later.</summary>
    public bool HoldsBackSafeTime => Phase != PendingPhase.Staging;

    /// <summary>The stored form.</summary>
    public byte[] Encode()
    {
        var writer = new WireWriter();
        writer.Byte(Version);
        RequestFields.Write(writer, Id);
        writer.Byte((byte)Phase);
        writer.Key(Coordinator);
        RequestFields.Write(writer, At);
        RequestFields.Write(writer, Writes);
        writer.SignedVarint(StagedThrough);
        writer.Span(StagedHull);
        RequestFields.Write(writer, Exclusive);
        RequestFields.Write(writer, Shared);
        return writer.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    public static PendingTransaction Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        byte version = reader.Byte();
        if (version != Version) throw new LintelException(ErrorCode.Corruption, $"pending transaction of version {version}");
        TransactionId id = RequestFields.ReadTransaction(ref reader);
        var phase = (PendingPhase)RequestFields.Checked(reader.Byte(), (byte)PendingPhase.Moving, "phase");
        Key coordinator = reader.Key();
        Timestamp at = RequestFields.ReadTimestamp(ref reader);
        Mutation[] writes = RequestFields.ReadMutations(ref reader);
        long staged = reader.SignedVarint();
        KeySpan hull = reader.Span();
        KeySpan[] exclusive = RequestFields.ReadSpans(ref reader);
        KeySpan[] shared = RequestFields.ReadSpans(ref reader);
        reader.End();
        return new(id, phase, coordinator, at, writes, staged, hull, exclusive, shared);
    }

    /// <summary>The part of this transaction that lies in <paramref name="span"/>, when a split is divided.</summary>
    public PendingTransaction Within(KeySpan span)
    {
        var writes = new List<Mutation>();
        foreach (Mutation write in Writes)
        {
            if (span.Contains(write.Key)) writes.Add(write);
        }

        KeySpan hull = StagedHull.Intersect(span);
        return this with
        {
            Writes = writes,
            StagedHull = hull.IsEmpty ? default : hull,
            Exclusive = Clip(Exclusive, span),
            Shared = Clip(Shared, span),
        };
    }

    private static List<KeySpan> Clip(IReadOnlyList<KeySpan> spans, KeySpan within)
    {
        var clipped = new List<KeySpan>(spans.Count);
        foreach (KeySpan span in spans)
        {
            KeySpan part = span.Intersect(within);
            if (!part.IsEmpty) clipped.Add(part);
        }

        return clipped;
    }
}

/// <summary>How far a <see cref="PendingTransaction"/> is. The numbers are on disk.</summary>
public enum PendingPhase
{
    /// <summary>It staged writes; they go away with the leadership they were staged under.</summary>
    Staging = 0,

    /// <summary>Prepared: bound to the coordinator's decision.</summary>
    Prepared = 1,

    /// <summary>Committed; its staged writes are being made visible step by step.</summary>
    Moving = 2,
}
