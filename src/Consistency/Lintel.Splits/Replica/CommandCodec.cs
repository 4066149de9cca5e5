using System.Diagnostics;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Replica;

/// <summary>The form of <see cref="SplitCommand"/> in the log. It is on disk: add tags, never change one.</summary>
public static class CommandCodec
{
    private enum Tag : byte
    {
        Decide = 1, Prepare, Resolve, Stage, MoveStaged, Resolved, Divide, Floor, Collect,
    }

    /// <summary>The bytes of a command.</summary>
    public static byte[] Encode(SplitCommand command)
    {
        var writer = new WireWriter();
        writer.Byte((byte)TagOf(command));
        writer.Varint(command.Divisions);
        RequestFields.Write(writer, command.Closed);
        switch (command)
        {
            case DecideCommand c:
                RequestFields.Write(writer, c.Transaction);
                writer.Key(c.Anchor);
                RequestFields.Write(writer, c.Outcome);
                RequestFields.Write(writer, c.Written);
                RequestFields.Write(writer, c.Mutations);
                RequestFields.Write(writer, c.Participants);
                writer.Bool(c.WithStaged);
                RequestFields.Write(writer, c.Exclusive);
                break;
            case PrepareCommand c:
                RequestFields.Write(writer, c.Transaction);
                writer.Key(c.Coordinator);
                RequestFields.Write(writer, c.At);
                RequestFields.Write(writer, c.Mutations);
                RequestFields.Write(writer, c.Exclusive);
                RequestFields.Write(writer, c.Shared);
                break;
            case ResolveCommand c:
                RequestFields.Write(writer, c.Transaction);
                RequestFields.Write(writer, c.Outcome);
                break;
            case StageCommand c:
                RequestFields.Write(writer, c.Transaction);
                writer.SignedVarint(c.Sequence);
                RequestFields.Write(writer, c.Mutations);
                break;
            case MoveStagedCommand c:
                RequestFields.Write(writer, c.Transaction);
                writer.Varint((ulong)c.RowsMax);
                writer.Bool(c.Drop);
                break;
            case ResolvedCommand c:
                RequestFields.Write(writer, c.Transaction);
                writer.Key(c.Anchor);
                break;
            case DivideCommand c:
                writer.Key(c.At);
                writer.Varint(c.Right.Value);
                RequestFields.Write(writer, c.Floor);
                writer.SignedVarint(c.LeftBytes);
                break;
            case FloorCommand c:
                RequestFields.Write(writer, c.Floor);
                break;
            case CollectCommand c:
                RequestFields.Write(writer, c.Horizon);
                writer.Key(c.From);
                writer.Varint((ulong)c.VersionsMax);
                break;
        }

        return writer.ToArray();
    }

    /// <summary>Reads a command; keys and values refer to <paramref name="bytes"/>.</summary>
    public static SplitCommand Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var tag = (Tag)reader.Byte();
        ulong divisions = reader.Varint();
        Timestamp closed = RequestFields.ReadTimestamp(ref reader);
        SplitCommand command = Decode(tag, divisions, closed, ref reader);
        reader.End();
        return command;
    }

    private static SplitCommand Decode(Tag tag, ulong divisions, Timestamp closed, ref WireReader reader)
    {
        switch (tag)
        {
            case Tag.Decide:
            {
                TransactionId transaction = RequestFields.ReadTransaction(ref reader);
                Key anchor = reader.Key();
                TransactionOutcome outcome = RequestFields.ReadOutcome(ref reader);
                Timestamp written = RequestFields.ReadTimestamp(ref reader);
                Mutation[] mutations = RequestFields.ReadMutations(ref reader);
                KeySpan[] participants = RequestFields.ReadSpans(ref reader);
                return new DecideCommand(
                    divisions, closed, transaction, anchor, outcome, written, mutations, participants,
                    reader.Bool(), RequestFields.ReadSpans(ref reader));
            }

            case Tag.Prepare:
            {
                TransactionId transaction = RequestFields.ReadTransaction(ref reader);
                Key coordinator = reader.Key();
                Timestamp at = RequestFields.ReadTimestamp(ref reader);
                Mutation[] mutations = RequestFields.ReadMutations(ref reader);
                return new PrepareCommand(
                    divisions, closed, transaction, coordinator, at, mutations,
                    RequestFields.ReadSpans(ref reader), RequestFields.ReadSpans(ref reader));
            }

            case Tag.Resolve:
                return new ResolveCommand(
                    divisions, closed, RequestFields.ReadTransaction(ref reader), RequestFields.ReadOutcome(ref reader));
            case Tag.Stage:
                return new StageCommand(
                    divisions, closed, RequestFields.ReadTransaction(ref reader), reader.SignedVarint(),
                    RequestFields.ReadMutations(ref reader));
            case Tag.MoveStaged:
                return new MoveStagedCommand(
                    divisions, closed, RequestFields.ReadTransaction(ref reader), checked((int)reader.Varint()), reader.Bool());
            case Tag.Resolved:
                return new ResolvedCommand(divisions, closed, RequestFields.ReadTransaction(ref reader), reader.Key());
            case Tag.Divide:
                return new DivideCommand(
                    divisions, closed, reader.Key(), new SplitId(reader.Varint()), RequestFields.ReadTimestamp(ref reader),
                    reader.SignedVarint());
            case Tag.Floor:
                return new FloorCommand(divisions, closed, RequestFields.ReadTimestamp(ref reader));
            case Tag.Collect:
                return new CollectCommand(
                    divisions, closed, RequestFields.ReadTimestamp(ref reader), reader.Key(), checked((int)reader.Varint()));
            default:
                throw new LintelException(ErrorCode.Corruption, "a log entry holds an unknown command", $"tag {(byte)tag}");
        }
    }

    private static Tag TagOf(SplitCommand command) => command switch
    {
        DecideCommand => Tag.Decide,
        PrepareCommand => Tag.Prepare,
        ResolveCommand => Tag.Resolve,
        StageCommand => Tag.Stage,
        MoveStagedCommand => Tag.MoveStaged,
        ResolvedCommand => Tag.Resolved,
        DivideCommand => Tag.Divide,
        FloorCommand => Tag.Floor,
        CollectCommand => Tag.Collect,
        _ => throw new UnreachableException(command.GetType().Name),
    };
}
