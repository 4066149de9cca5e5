using System.Diagnostics;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Requests;

/// <summary>
/// The binary form of <see cref="SplitRequest"/>: a tag byte, the address, the fields in order. Decoded requests
/// refer to the bytes they were read from. Malformed bytes throw <see cref="ErrorCode.Corruption"/>.
/// </summary>
public static class RequestCodec
{
    private enum Tag : byte
    {
        LockingRead = 1, SnapshotRead, CommitLocal, Prepare, Decide, Resolve, AskOutcome, Release, KeepAlive, Stage,
        DivideSplit = 20, TransferLease, ChangeReplicas, AskStatus, EvictReplica, AdmitReplica,
    }

    /// <summary>Writes a request.</summary>
    public static void Encode(WireWriter writer, SplitRequest request)
    {
        writer.Byte((byte)TagOf(request));
        RequestFields.Write(writer, request.To);
        switch (request)
        {
            case LockingRead r:
                RequestFields.Write(writer, r.Transaction);
                RequestFields.Write(writer, r.Target);
                writer.Byte((byte)r.Lock);
                RequestFields.Write(writer, r.Lease);
                break;
            case SnapshotRead r:
                RequestFields.Write(writer, r.Target);
                RequestFields.Write(writer, r.At);
                writer.Bool(r.FollowerAllowed);
                break;
            case CommitLocal r:
                RequestFields.Write(writer, r.Transaction);
                writer.Key(r.Anchor);
                EncodeWrites(writer, r.Mutations, r.Lease, r.StagedThrough);
                RequestFields.Write(writer, r.NotAfter ?? Timestamp.Max);
                break;
            case Prepare r:
                RequestFields.Write(writer, r.Transaction);
                writer.Key(r.Coordinator);
                EncodeWrites(writer, r.Mutations, r.Lease, r.StagedThrough);
                break;
            case Decide r:
                RequestFields.Write(writer, r.Transaction);
                writer.Key(r.Anchor);
                EncodeWrites(writer, r.Mutations, r.Lease, r.StagedThrough);
                RequestFields.Write(writer, r.Participants);
                RequestFields.Write(writer, r.MaxPrepared);
                RequestFields.Write(writer, r.NotAfter ?? Timestamp.Max);
                break;
            case Resolve r:
                RequestFields.Write(writer, r.Transaction);
                writer.Span(r.Within);
                RequestFields.Write(writer, r.Outcome);
                break;
            case AskOutcome r:
                RequestFields.Write(writer, r.Transaction);
                writer.Key(r.Anchor);
                writer.Bool(r.MayAbort);
                writer.Bool(r.InDoubt);
                break;
            case Release r:
                RequestFields.Write(writer, r.Transaction);
                break;
            case KeepAlive r:
                RequestFields.Write(writer, r.Transaction);
                break;
            case Stage r:
                RequestFields.Write(writer, r.Transaction);
                EncodeWrites(writer, r.Mutations, r.Lease, r.Sequence);
                break;
            case DivideSplit r:
                writer.Key(r.At);
                writer.Varint(r.Right.Value);
                break;
            case TransferLease r:
                writer.Varint(r.Target.Value);
                break;
            case ChangeReplicas r:
                RequestFields.Write(writer, r.Replicas);
                break;
            case EvictReplica r:
                writer.Varint(r.Node.Value);
                break;
            case AdmitReplica r:
                writer.Varint(r.Node.Value);
                writer.Byte((byte)r.Role);
                break;
        }
    }

    /// <summary>Reads a request and requires that nothing is left over.</summary>
    public static SplitRequest Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        SplitRequest request = Decode(ref reader);
        reader.End();
        return request;
    }

    private static SplitRequest Decode(ref WireReader reader)
    {
        var tag = (Tag)reader.Byte();
        var to = RequestFields.ReadAddress(ref reader);
        switch (tag)
        {
            case Tag.LockingRead:
                return new LockingRead(
                    to,
                    RequestFields.ReadTransaction(ref reader),
                    RequestFields.ReadTarget(ref reader),
                    (ReadLock)RequestFields.Checked(reader.Byte(), (byte)ReadLock.Exclusive, "lock"),
                    RequestFields.ReadLease(ref reader));
            case Tag.SnapshotRead:
                return new SnapshotRead(
                    to, RequestFields.ReadTarget(ref reader), RequestFields.ReadTimestamp(ref reader), reader.Bool());
            case Tag.CommitLocal:
            {
                TransactionId transaction = RequestFields.ReadTransaction(ref reader);
                var anchor = reader.Key();
                var mutations = RequestFields.ReadMutations(ref reader);
                return new CommitLocal(
                    to, transaction, anchor, mutations, RequestFields.ReadLease(ref reader), reader.SignedVarint(),
                    ReadBound(ref reader));
            }

            case Tag.Prepare:
            {
                TransactionId transaction = RequestFields.ReadTransaction(ref reader);
                var coordinator = reader.Key();
                var mutations = RequestFields.ReadMutations(ref reader);
                return new Prepare(
                    to, transaction, coordinator, mutations, RequestFields.ReadLease(ref reader), reader.SignedVarint());
            }

            case Tag.Decide:
            {
                TransactionId transaction = RequestFields.ReadTransaction(ref reader);
                var anchor = reader.Key();
                var mutations = RequestFields.ReadMutations(ref reader);
                var lease = RequestFields.ReadLease(ref reader);
                long staged = reader.SignedVarint();
                return new Decide(
                    to, transaction, anchor, mutations, lease, staged,
                    RequestFields.ReadSpans(ref reader), RequestFields.ReadTimestamp(ref reader), ReadBound(ref reader));
            }

            case Tag.Resolve:
                return new Resolve(
                    to, RequestFields.ReadTransaction(ref reader), reader.Span(), RequestFields.ReadOutcome(ref reader));
            case Tag.AskOutcome:
                return new AskOutcome(to, RequestFields.ReadTransaction(ref reader), reader.Key(), reader.Bool(), reader.Bool());
            case Tag.Release:
                return new Release(to, RequestFields.ReadTransaction(ref reader));
            case Tag.KeepAlive:
                return new KeepAlive(to, RequestFields.ReadTransaction(ref reader));
            case Tag.Stage:
            {
                TransactionId transaction = RequestFields.ReadTransaction(ref reader);
                var mutations = RequestFields.ReadMutations(ref reader);
                var lease = RequestFields.ReadLease(ref reader);
                return new Stage(to, transaction, reader.SignedVarint(), mutations, lease);
            }

            case Tag.DivideSplit:
                return new DivideSplit(to, reader.Key(), new SplitId(reader.Varint()));
            case Tag.TransferLease:
                return new TransferLease(to, new NodeId(reader.Varint()));
            case Tag.ChangeReplicas:
                return new ChangeReplicas(to, RequestFields.ReadReplicas(ref reader));
            case Tag.AskStatus:
                return new AskStatus(to);
            case Tag.EvictReplica:
                return new EvictReplica(to, new NodeId(reader.Varint()));
            case Tag.AdmitReplica:
                return new AdmitReplica(
                    to, new NodeId(reader.Varint()),
                    (ReplicaRole)RequestFields.Checked(reader.Byte(), (byte)ReplicaRole.Learner, "replica role"));
            default:
                throw new LintelException(ErrorCode.Corruption, "malformed message", $"{(byte)tag} is no request");
        }
    }

    private static Timestamp? ReadBound(ref WireReader reader)
    {
        Timestamp bound = RequestFields.ReadTimestamp(ref reader);
        return bound == Timestamp.Max ? null : bound;
    }

    private static void EncodeWrites(
        WireWriter writer, IReadOnlyList<Mutation> mutations, LeaseSequence lease, long staged)
    {
        RequestFields.Write(writer, mutations);
        RequestFields.Write(writer, lease);
        writer.SignedVarint(staged);
    }

    private static Tag TagOf(SplitRequest request) => request switch
    {
        LockingRead => Tag.LockingRead,
        SnapshotRead => Tag.SnapshotRead,
        CommitLocal => Tag.CommitLocal,
        Prepare => Tag.Prepare,
        Decide => Tag.Decide,
        Resolve => Tag.Resolve,
        AskOutcome => Tag.AskOutcome,
        Release => Tag.Release,
        KeepAlive => Tag.KeepAlive,
        Stage => Tag.Stage,
        DivideSplit => Tag.DivideSplit,
        TransferLease => Tag.TransferLease,
        ChangeReplicas => Tag.ChangeReplicas,
        AskStatus => Tag.AskStatus,
        EvictReplica => Tag.EvictReplica,
        AdmitReplica => Tag.AdmitReplica,
        _ => throw new UnreachableException(request.GetType().Name),
    };
}
