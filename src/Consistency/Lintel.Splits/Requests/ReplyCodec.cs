using System.Diagnostics;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Requests;

/// <summary>The binary form of <see cref="SplitReply"/>: a tag byte and the fields in order.</summary>
public static class ReplyCodec
{
    private enum Tag : byte
    {
        LockedRows = 1, SnapshotRows, Committed, Prepared, Staged, Outcome, KeptAlive, Done, Divided, ReplicasChanged, Status,
        NotLeaseholder = 40, SplitMoved, Aborted, Busy, Unavailable, ClockUncertain, SnapshotTooOld, AlreadyExists, DiskFull,
        Invalid, LockNotFree,
    }

    /// <summary>Writes a reply.</summary>
    public static void Encode(WireWriter writer, SplitReply reply)
    {
        switch (reply)
        {
            case SplitReply.LockedRows r:
                writer.Byte((byte)Tag.LockedRows);
                RequestFields.Write(writer, r.Read);
                RequestFields.Write(writer, r.Lease);
                RequestFields.Write(writer, r.At);
                break;
            case SplitReply.SnapshotRows r:
                writer.Byte((byte)Tag.SnapshotRows);
                RequestFields.Write(writer, r.Read);
                RequestFields.Write(writer, r.At);
                break;
            case SplitReply.Committed r:
                writer.Byte((byte)Tag.Committed);
                RequestFields.Write(writer, r.At);
                break;
            case SplitReply.Prepared r:
                writer.Byte((byte)Tag.Prepared);
                RequestFields.Write(writer, r.At);
                break;
            case SplitReply.Staged r:
                writer.Byte((byte)Tag.Staged);
                RequestFields.Write(writer, r.Lease);
                break;
            case SplitReply.Outcome r:
                writer.Byte((byte)Tag.Outcome);
                RequestFields.Write(writer, r.Of);
                break;
            case SplitReply.KeptAlive r:
                writer.Byte((byte)Tag.KeptAlive);
                writer.Byte((byte)r.Standing);
                RequestFields.Write(writer, r.Lease);
                RequestFields.Write(writer, r.At);
                break;
            case SplitReply.Done:
                writer.Byte((byte)Tag.Done);
                break;
            case SplitReply.Divided r:
                writer.Byte((byte)Tag.Divided);
                r.Left.Encode(writer);
                r.Right.Encode(writer);
                break;
            case SplitReply.ReplicasChanged r:
                writer.Byte((byte)Tag.ReplicasChanged);
                r.Now.Encode(writer);
                break;
            case SplitReply.Status r:
                writer.Byte((byte)Tag.Status);
                EncodeStatus(writer, r.Of);
                break;
            case SplitRefusal refusal:
                EncodeRefusal(writer, refusal);
                break;
            default:
                throw new UnreachableException(reply.GetType().Name);
        }
    }

    /// <summary>Reads a reply and requires that nothing is left over.</summary>
    public static SplitReply Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        SplitReply reply = Decode(ref reader);
        reader.End();
        return reply;
    }

    private static SplitReply Decode(ref WireReader reader)
    {
        var tag = (Tag)reader.Byte();
        return tag switch
        {
            Tag.LockedRows => new SplitReply.LockedRows(
                RequestFields.ReadResult(ref reader), RequestFields.ReadLease(ref reader),
                RequestFields.ReadTimestamp(ref reader)),
            Tag.SnapshotRows => new SplitReply.SnapshotRows(
                RequestFields.ReadResult(ref reader), RequestFields.ReadTimestamp(ref reader)),
            Tag.Committed => new SplitReply.Committed(RequestFields.ReadTimestamp(ref reader)),
            Tag.Prepared => new SplitReply.Prepared(RequestFields.ReadTimestamp(ref reader)),
            Tag.Staged => new SplitReply.Staged(RequestFields.ReadLease(ref reader)),
            Tag.Outcome => new SplitReply.Outcome(RequestFields.ReadOutcome(ref reader)),
            Tag.KeptAlive => new SplitReply.KeptAlive(
                (TransactionStanding)RequestFields.Checked(
                    reader.Byte(), (byte)TransactionStanding.Unknown, "standing"),
                RequestFields.ReadLease(ref reader),
                RequestFields.ReadTimestamp(ref reader)),
            Tag.Done => SplitReply.Done.Instance,
            Tag.Divided => new SplitReply.Divided(
                SplitDescriptor.Decode(ref reader), SplitDescriptor.Decode(ref reader)),
            Tag.ReplicasChanged => new SplitReply.ReplicasChanged(SplitDescriptor.Decode(ref reader)),
            Tag.Status => new SplitReply.Status(DecodeStatus(ref reader)),
            _ => DecodeRefusal(tag, ref reader),
        };
    }

    private static void EncodeRefusal(WireWriter writer, SplitRefusal refusal)
    {
        switch (refusal)
        {
            case SplitRefusal.NotLeaseholder r:
                writer.Byte((byte)Tag.NotLeaseholder);
                writer.Varint(r.Split.Value);
                writer.Varint(r.Hint.Value);
                break;
            case SplitRefusal.SplitMoved r:
                writer.Byte((byte)Tag.SplitMoved);
                writer.Varint((ulong)r.Now.Count);
                foreach (SplitDescriptor descriptor in r.Now) descriptor.Encode(writer);
                break;
            case SplitRefusal.Aborted r:
                writer.Byte((byte)Tag.Aborted);
                writer.Byte((byte)r.Reason);
                break;
            case SplitRefusal.Busy r:
                writer.Byte((byte)Tag.Busy);
                writer.SignedVarint(r.RetryAfter.Ticks);
                break;
            case SplitRefusal.Unavailable r:
                writer.Byte((byte)Tag.Unavailable);
                writer.Text(r.Why);
                writer.Bool(r.Ambiguous);
                break;
            case SplitRefusal.ClockUncertain:
                writer.Byte((byte)Tag.ClockUncertain);
                break;
            case SplitRefusal.SnapshotTooOld:
                writer.Byte((byte)Tag.SnapshotTooOld);
                break;
            case SplitRefusal.AlreadyExists r:
                writer.Byte((byte)Tag.AlreadyExists);
                writer.Key(r.Key);
                break;
            case SplitRefusal.DiskFull:
                writer.Byte((byte)Tag.DiskFull);
                break;
            case SplitRefusal.LockNotFree:
                writer.Byte((byte)Tag.LockNotFree);
                break;
            case SplitRefusal.Invalid r:
                writer.Byte((byte)Tag.Invalid);
                writer.Text(r.Why);
                break;
            default:
                throw new UnreachableException(refusal.GetType().Name);
        }
    }

    private static SplitRefusal DecodeRefusal(Tag tag, ref WireReader reader)
    {
        switch (tag)
        {
            case Tag.NotLeaseholder:
                return new SplitRefusal.NotLeaseholder(new SplitId(reader.Varint()), new NodeId(reader.Varint()));
            case Tag.SplitMoved:
                var now = new SplitDescriptor[reader.Count(4)];
                for (int i = 0; i < now.Length; i++) now[i] = SplitDescriptor.Decode(ref reader);
                return new SplitRefusal.SplitMoved(now);
            case Tag.Aborted:
                return new SplitRefusal.Aborted(
                    (AbortReason)RequestFields.Checked(reader.Byte(), (byte)AbortReason.TooLate, "abort reason"));
            case Tag.Busy:
                return new SplitRefusal.Busy(TimeSpan.FromTicks(reader.SignedVarint()));
            case Tag.Unavailable:
                return new SplitRefusal.Unavailable(reader.Text(), reader.Bool());
            case Tag.ClockUncertain:
                return new SplitRefusal.ClockUncertain();
            case Tag.SnapshotTooOld:
                return new SplitRefusal.SnapshotTooOld();
            case Tag.AlreadyExists:
                return new SplitRefusal.AlreadyExists(Key.Copy(reader.Key().Span));
            case Tag.DiskFull:
                return new SplitRefusal.DiskFull();
            case Tag.LockNotFree:
                return new SplitRefusal.LockNotFree();
            case Tag.Invalid:
                return new SplitRefusal.Invalid(reader.Text());
            default:
                throw new LintelException(ErrorCode.Corruption, "malformed message", $"{(byte)tag} is no reply");
        }
    }

    private static void EncodeStatus(WireWriter writer, SplitStatus status)
    {
        status.Descriptor.Encode(writer);
        writer.Varint(status.Node.Value);
        writer.Varint(status.Leaseholder.Value);
        writer.Varint(status.Term);
        writer.Varint(status.Applied);
        RequestFields.Write(writer, status.SafeTime);
        writer.SignedVarint(status.Bytes);
        writer.Fixed64(status.Checksum);
        writer.Varint((ulong)status.Lagging.Count);
        foreach (NodeId node in status.Lagging) writer.Varint(node.Value);
    }

    private static SplitStatus DecodeStatus(ref WireReader reader)
    {
        SplitDescriptor descriptor = SplitDescriptor.Decode(ref reader);
        var node = new NodeId(reader.Varint());
        var holder = new NodeId(reader.Varint());
        ulong term = reader.Varint();
        ulong applied = reader.Varint();
        var safe = RequestFields.ReadTimestamp(ref reader);
        long bytes = reader.SignedVarint();
        ulong checksum = reader.Fixed64();
        var lagging = new NodeId[reader.Count()];
        for (int i = 0; i < lagging.Length; i++) lagging[i] = new NodeId(reader.Varint());
        return new(descriptor, node, holder, term, applied, safe, bytes, checksum, lagging);
    }
}
