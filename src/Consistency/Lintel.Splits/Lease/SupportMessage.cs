using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Raft;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Lease;

/// <summary>
/// The heartbeat between two nodes: asks for support, or gives it. The question also carries the closed timestamps of
/// the idle splits that its sender leads and its receiver holds.
/// </summary>
public abstract record SupportMessage
{
    private SupportMessage()
    {
    }

    /// <summary>Support me until then, in this life of mine.</summary>
    public sealed record Ask(ulong Incarnation, Timestamp Until, IReadOnlyList<IdleClose> Closes) : SupportMessage;

    /// <summary>You have it, as far as this.</summary>
    public sealed record Answer(SupportGrant Grant) : SupportMessage;

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Encode()
    {
        var writer = new WireWriter();
        switch (this)
        {
            case Ask ask:
                writer.Byte(1);
                writer.Varint(ask.Incarnation);
                RequestFields.Write(writer, ask.Until);
                writer.Varint((ulong)ask.Closes.Count);
                foreach (IdleClose close in ask.Closes)
                {
                    writer.Varint(close.Split.Value);
                    writer.Varint(close.Term.Value);
                    writer.Varint(close.Index.Value);
                    RequestFields.Write(writer, close.Closed);
                    writer.Fixed64(close.Checksum);
                }

                break;
            case Answer answer:
                writer.Byte(2);
                writer.Varint(answer.Grant.Epoch);
                RequestFields.Write(writer, answer.Grant.Until);
                break;
        }

        return writer.Written;
    }

    /// <summary>Reads the binary form; malformed bytes are reported as corruption.</summary>
    public static SupportMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        byte tag = RequestFields.Checked(reader.Byte(), 2, "support message");
        SupportMessage message;
        if (tag == 2)
        {
            message = new Answer(new SupportGrant(reader.Varint(), RequestFields.ReadTimestamp(ref reader)));
        }
        else
        {
            ulong incarnation = reader.Varint();
            Timestamp until = RequestFields.ReadTimestamp(ref reader);
            var closes = new IdleClose[reader.Count(19)];
            for (int i = 0; i < closes.Length; i++)
            {
                closes[i] = new IdleClose(
                    new SplitId(reader.Varint()), new Term(reader.Varint()), new LogIndex(reader.Varint()),
                    RequestFields.ReadTimestamp(ref reader), reader.Fixed64());
            }

            message = new Ask(incarnation, until, closes);
        }

        reader.End();
        return message;
    }
}

/// <summary>
/// An idle split's closed timestamp, valid for a replica that has applied exactly this entry last. With it goes the
/// leaseholder's checksum as of that entry: a replica that has another one has diverged (invariant S02).
/// </summary>
public readonly record struct IdleClose(SplitId Split, Term Term, LogIndex Index, Timestamp Closed, ulong Checksum);
