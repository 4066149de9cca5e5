using System.Collections.Immutable;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;

namespace Lintel.Raft.Configuration;

/// <summary>What one step does to one node.</summary>
public enum ConfigurationStepKind : byte
{
    /// <summary>Makes the node a voter; promotes a learner.</summary>
    AddVoter = 1,

    /// <summary>Makes the node a learner; demotes a voter.</summary>
    AddLearner = 2,

    /// <summary>Removes the node.</summary>
    Remove = 3,
}

/// <summary>One step of a change.</summary>
public readonly record struct ConfigurationStep(ConfigurationStepKind Kind, NodeId Node);

/// <summary>How a change passes through a joint configuration.</summary>
public enum JointPolicy : byte
{
    /// <summary>Directly if at most one voter changes, else jointly, and the leader leaves by itself.</summary>
    Automatic = 0,

    /// <summary>Jointly; the leader leaves by itself as soon as the joint configuration is applied.</summary>
    JointThenLeave = 1,

    /// <summary>Jointly; the host proposes <see cref="ConfigurationChange.LeaveJoint"/> when it is ready.</summary>
    JointUntilTold = 2,
}

/// <summary>
/// A change of the configuration, as it stands in the log. It takes effect when it is applied, not when it is appended.
/// </summary>
/// <param name="Steps">What changes; empty to leave a joint configuration.</param>
/// <param name="Policy">Whether the change is joint.</param>
public sealed record ConfigurationChange(ImmutableArray<ConfigurationStep> Steps, JointPolicy Policy)
{
    /// <summary>Leaves the joint configuration: the incoming voters alone decide from then on.</summary>
    public static ConfigurationChange LeaveJoint { get; } = new([], JointPolicy.Automatic);

    /// <summary>A change that decides by itself whether it must be joint.</summary>
    public static ConfigurationChange Of(params ReadOnlySpan<ConfigurationStep> steps) =>
        new([.. steps], JointPolicy.Automatic);

    /// <summary>Whether this leaves a joint configuration.</summary>
    public bool IsLeave => Steps.IsEmpty;

    /// <summary>The bytes of the change, as entry data.</summary>
    public ReadOnlyMemory<byte> Encode()
    {
        var writer = new WireWriter(capacity: 2 + (10 * Steps.Length));
        writer.Byte((byte)Policy);
        writer.Varint((ulong)Steps.Length);
        foreach (ConfigurationStep step in Steps)
        {
            writer.Byte((byte)step.Kind);
            writer.Varint(step.Node.Value);
        }

        return writer.Written;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; malformed bytes are reported as corruption.</summary>
    public static ConfigurationChange Decode(ReadOnlyMemory<byte> data)
    {
        var reader = new WireReader(data);
        var policy = (JointPolicy)reader.Byte();
        if (policy > JointPolicy.JointUntilTold) throw Malformed($"unknown joint policy {policy}");
        int count = reader.Count(bytesEach: 2);
        var steps = ImmutableArray.CreateBuilder<ConfigurationStep>(count);
        for (int i = 0; i < count; i++)
        {
            var kind = (ConfigurationStepKind)reader.Byte();
            if (kind is < ConfigurationStepKind.AddVoter or > ConfigurationStepKind.Remove)
                throw Malformed($"unknown step {kind}");
            var node = new NodeId(reader.Varint());
            if (node.IsNone) throw Malformed("a step names no node");
            steps.Add(new ConfigurationStep(kind, node));
        }

        reader.End();
        return new ConfigurationChange(steps.MoveToImmutable(), policy);
    }

    /// <summary>For people: <c>+n4 ~n5 -n1</c> (voter, learner, removed).</summary>
    public override string ToString() => IsLeave ? "leave-joint" : string.Join(' ', Steps.Select(Describe));

    private static string Describe(ConfigurationStep step) => step.Kind switch
    {
        ConfigurationStepKind.AddVoter => $"+{step.Node}",
        ConfigurationStepKind.AddLearner => $"~{step.Node}",
        _ => $"-{step.Node}",
    };

    private static LintelException Malformed(string cause) =>
        new(ErrorCode.Corruption, "a configuration change in the log cannot be read", cause);
}
