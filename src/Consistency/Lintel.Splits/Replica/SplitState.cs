using System.Collections.Immutable;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Raft;
using Lintel.Raft.Configuration;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Replica;

/// <summary>
/// What a replica has applied, as it is stored with the data it covers, in the same batch. A function of the log alone:
/// replicas at the same <see cref="Applied"/> have equal states (invariant I8; <see cref="Checksum"/> shows it).
/// </summary>
public sealed record SplitState
{
    private const byte Version = 1;

    /// <summary>The split: its span and replicas.</summary>
    public required SplitDescriptor Descriptor { get; init; }

    /// <summary>Raft's view of the replicas.</summary>
    public required GroupConfiguration Configuration { get; init; }

    /// <summary>How often the span was divided. A command that was proposed under another number is void.</summary>
    public ulong Divisions { get; init; }

    /// <summary>The last entry applied.</summary>
    public LogIndex Applied { get; init; }

    /// <summary>The term of the last entry applied.</summary>
    public Term AppliedTerm { get; init; }

    /// <summary>Rolling checksum over every change applied, in order.</summary>
    public ulong Checksum { get; init; }

    /// <summary>No later entry commits or prepares at or below this.</summary>
    public Timestamp Closed { get; init; }

    /// <summary>At or above every timestamp in the log so far, and every timestamp a retired leader served.</summary>
    public Timestamp Floor { get; init; }

    /// <summary>Reads below this are refused: versions may have been collected.</summary>
    public Timestamp Horizon { get; init; }

    /// <summary>Bytes of versions written less bytes collected: an estimate that replicas share.</summary>
    public long Bytes { get; init; }

    /// <summary>The stored form.</summary>
    public byte[] Encode()
    {
        var writer = new WireWriter();
        writer.Byte(Version);
        Descriptor.Encode(writer);
        GroupConfigurationCodec.Write(writer, Configuration);
        writer.Varint(Divisions);
        writer.Varint(Applied.Value);
        writer.Varint(AppliedTerm.Value);
        writer.Fixed64(Checksum);
        RequestFields.Write(writer, Closed);
        RequestFields.Write(writer, Floor);
        RequestFields.Write(writer, Horizon);
        writer.SignedVarint(Bytes);
        return writer.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    public static SplitState Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        byte version = reader.Byte();
        if (version != Version) throw new LintelException(ErrorCode.Corruption, $"applied state of version {version}");
        var state = new SplitState
        {
            Descriptor = SplitDescriptor.Decode(ref reader),
            Configuration = GroupConfigurationCodec.Read(ref reader),
            Divisions = reader.Varint(),
            Applied = new LogIndex(reader.Varint()),
            AppliedTerm = new Term(reader.Varint()),
            Checksum = reader.Fixed64(),
            Closed = RequestFields.ReadTimestamp(ref reader),
            Floor = RequestFields.ReadTimestamp(ref reader),
            Horizon = RequestFields.ReadTimestamp(ref reader),
            Bytes = reader.SignedVarint(),
        };
        reader.End();
        return state;
    }

    /// <summary>The index at which every split's log begins: what is before was never written anywhere.</summary>
    public static LogIndex BirthIndex => new(10);

    /// <summary>The term of <see cref="BirthIndex"/>.</summary>
    public static Term BirthTerm => new(1);

    /// <summary>The state of a replica that holds nothing and waits for a snapshot.</summary>
    public static SplitState Empty(SplitId split) => new()
    {
        Descriptor = new SplitDescriptor(split, 0, default, []),
        Configuration = GroupConfiguration.Empty,
    };

    /// <summary>The state of a split at its birth.</summary>
    public static SplitState Initial(SplitDescriptor descriptor)
    {
        var voters = ImmutableSortedSet.CreateBuilder<NodeId>();
        var learners = ImmutableSortedSet.CreateBuilder<NodeId>();
        foreach (SplitReplicaPlace place in descriptor.Replicas)
            (place.Role == ReplicaRole.Voter ? voters : learners).Add(place.Node);
        return new SplitState
        {
            Descriptor = descriptor,
            Applied = BirthIndex,
            AppliedTerm = BirthTerm,
            Configuration = GroupConfiguration.Empty with { Voters = voters.ToImmutable(), Learners = learners.ToImmutable() },
        };
    }

    /// <summary>The replicas as a configuration names them; both halves of a joint one.</summary>
    public static IReadOnlyList<SplitReplicaPlace> PlacesOf(GroupConfiguration configuration)
    {
        var places = new List<SplitReplicaPlace>();
        foreach (NodeId node in configuration.Members)
            places.Add(new(node, configuration.IsVoter(node) ? ReplicaRole.Voter : ReplicaRole.Learner));
        return places;
    }
}
