using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Replica;

/// <summary>
/// What was decided about a transaction, kept at its anchor so that a lost answer can be asked for and is never given
/// twice in two ways.
/// </summary>
/// <param name="Outcome">Committed or aborted.</param>
/// <param name="Written">At or after the decision: the record may be collected a retention later.</param>
/// <param name="Unresolved">Spans of participants that may not know it yet; while any is left, nothing is collected.</param>
public sealed record OutcomeRecord(TransactionOutcome Outcome, Timestamp Written, IReadOnlyList<KeySpan> Unresolved)
{
    private const byte Version = 1;

    /// <summary>The stored form.</summary>
    public byte[] Encode()
    {
        var writer = new WireWriter(64);
        writer.Byte(Version);
        RequestFields.Write(writer, Outcome);
        RequestFields.Write(writer, Written);
        RequestFields.Write(writer, Unresolved);
        return writer.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    public static OutcomeRecord Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        byte version = reader.Byte();
        if (version != Version) throw new LintelException(ErrorCode.Corruption, $"outcome record of version {version}");
        var record = new OutcomeRecord(
            RequestFields.ReadOutcome(ref reader), RequestFields.ReadTimestamp(ref reader), RequestFields.ReadSpans(ref reader));
        reader.End();
        return record;
    }
}
