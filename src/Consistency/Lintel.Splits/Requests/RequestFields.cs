using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Requests;

/// <summary>
/// The fields that requests, replies and log entries share, in their binary form. What is read is copied out of the
/// source where it outlives it: keys and values here are slices, so a decoder hands over bytes that nobody reuses.
/// </summary>
public static class RequestFields
{
    /// <summary>Writes a split address.</summary>
    public static void Write(WireWriter writer, SplitAddress to)
    {
        writer.Varint(to.Split.Value);
        writer.Varint(to.Generation);
    }

    /// <summary>Reads a split address.</summary>
    public static SplitAddress ReadAddress(ref WireReader reader) => new(new SplitId(reader.Varint()), reader.Varint());

    /// <summary>Writes a transaction id.</summary>
    public static void Write(WireWriter writer, TransactionId transaction)
    {
        writer.Fixed64((ulong)transaction.Start.Nanoseconds);
        writer.Varint(transaction.Gateway.Value);
        writer.Varint(transaction.Sequence);
    }

    /// <summary>Reads a transaction id.</summary>
    public static TransactionId ReadTransaction(ref WireReader reader) =>
        new(new Timestamp((long)reader.Fixed64()), new NodeId(reader.Varint()), reader.Varint());

    /// <summary>Writes a timestamp.</summary>
    public static void Write(WireWriter writer, Timestamp at) => writer.Fixed64((ulong)at.Nanoseconds);

    /// <summary>Reads a timestamp.</summary>
    public static Timestamp ReadTimestamp(ref WireReader reader) => new((long)reader.Fixed64());

    /// <summary>Writes a lease sequence.</summary>
    public static void Write(WireWriter writer, LeaseSequence lease)
    {
        writer.Varint(lease.Split.Value);
        writer.Varint(lease.Term);
    }

    /// <summary>Reads a lease sequence.</summary>
    public static LeaseSequence ReadLease(ref WireReader reader) => new(new SplitId(reader.Varint()), reader.Varint());

    /// <summary>Writes an outcome.</summary>
    public static void Write(WireWriter writer, TransactionOutcome outcome)
    {
        writer.Byte((byte)outcome.Kind);
        Write(writer, outcome.At);
    }

    /// <summary>Reads an outcome.</summary>
    public static TransactionOutcome ReadOutcome(ref WireReader reader) =>
        new((OutcomeKind)Checked(reader.Byte(), (byte)OutcomeKind.Aborted, "outcome"), ReadTimestamp(ref reader));

    /// <summary>Writes mutations.</summary>
    public static void Write(WireWriter writer, IReadOnlyList<Mutation> mutations)
    {
        writer.Varint((ulong)mutations.Count);
        for (int i = 0; i < mutations.Count; i++)
        {
            Mutation mutation = mutations[i];
            writer.Byte((byte)mutation.Kind);
            writer.Key(mutation.Key);
            if (mutation.Kind != MutationKind.Delete) writer.Bytes(mutation.Value.Span);
        }
    }

    /// <summary>Reads mutations.</summary>
    public static Mutation[] ReadMutations(ref WireReader reader)
    {
        var mutations = new Mutation[reader.Count(2)];
        for (int i = 0; i < mutations.Length; i++)
        {
            var kind = (MutationKind)Checked(reader.Byte(), (byte)MutationKind.Delete, "mutation");
            Key key = reader.Key();
            mutations[i] = new(key, kind, kind == MutationKind.Delete ? default : reader.Bytes());
        }

        return mutations;
    }

    /// <summary>Writes spans.</summary>
    public static void Write(WireWriter writer, IReadOnlyList<KeySpan> spans)
    {
        writer.Varint((ulong)spans.Count);
        foreach (KeySpan span in spans) writer.Span(span);
    }

    /// <summary>Reads spans.</summary>
    public static KeySpan[] ReadSpans(ref WireReader reader)
    {
        var spans = new KeySpan[reader.Count(2)];
        for (int i = 0; i < spans.Length; i++) spans[i] = reader.Span();
        return spans;
    }

    /// <summary>Writes what a read asks for.</summary>
    public static void Write(WireWriter writer, ReadTarget target)
    {
        switch (target)
        {
            case ReadTarget.Points points:
                writer.Byte(0);
                writer.Varint((ulong)points.Keys.Count);
                foreach (Key key in points.Keys) writer.Key(key);
                break;
            case ReadTarget.Rows rows:
                writer.Byte(1);
                writer.Span(rows.Span);
                writer.Varint((ulong)rows.RowLimit);
                writer.Bool(rows.Descending);
                break;
        }
    }

    /// <summary>Reads what a read asks for.</summary>
    public static ReadTarget ReadTarget(ref WireReader reader)
    {
        if (Checked(reader.Byte(), 1, "read target") == 1)
            return new ReadTarget.Rows(reader.Span(), checked((int)reader.Varint()), reader.Bool());
        var keys = new Key[reader.Count()];
        for (int i = 0; i < keys.Length; i++) keys[i] = reader.Key();
        return new ReadTarget.Points(keys);
    }

    /// <summary>Writes what a read found.</summary>
    public static void Write(WireWriter writer, ReadResult read)
    {
        writer.Varint((ulong)read.Values.Count);
        foreach (ReadOnlyMemory<byte>? value in read.Values)
        {
            writer.Bool(value.HasValue);
            if (value is { } present) writer.Bytes(present.Span);
        }

        writer.Varint((ulong)read.Rows.Count);
        foreach (ReadRow row in read.Rows)
        {
            writer.Key(row.Key);
            writer.Bytes(row.Value.Span);
        }

        writer.Span(read.Rest);
    }

    /// <summary>Reads what a read found.</summary>
    public static ReadResult ReadResult(ref WireReader reader)
    {
        var values = new ReadOnlyMemory<byte>?[reader.Count()];
        for (int i = 0; i < values.Length; i++) values[i] = reader.Bool() ? reader.Bytes() : (ReadOnlyMemory<byte>?)null;
        var rows = new ReadRow[reader.Count(2)];
        for (int i = 0; i < rows.Length; i++) rows[i] = new(reader.Key(), reader.Bytes());
        return new(values, rows, reader.Span());
    }

    /// <summary>Writes replica places.</summary>
    public static void Write(WireWriter writer, IReadOnlyList<SplitReplicaPlace> replicas)
    {
        writer.Varint((ulong)replicas.Count);
        foreach (SplitReplicaPlace replica in replicas)
        {
            writer.Varint(replica.Node.Value);
            writer.Byte((byte)replica.Role);
        }
    }

    /// <summary>Reads replica places.</summary>
    public static SplitReplicaPlace[] ReadReplicas(ref WireReader reader)
    {
        var replicas = new SplitReplicaPlace[reader.Count(2)];
        for (int i = 0; i < replicas.Length; i++)
            replicas[i] = new(new NodeId(reader.Varint()), (ReplicaRole)Checked(reader.Byte(), (byte)ReplicaRole.Learner, "role"));
        return replicas;
    }

    /// <summary>Refuses a tag above <paramref name="max"/> as malformed.</summary>
    public static byte Checked(byte tag, byte max, string what) =>
        tag <= max ? tag : throw new LintelException(ErrorCode.Corruption, "malformed message", $"{tag} is no {what}");
}
