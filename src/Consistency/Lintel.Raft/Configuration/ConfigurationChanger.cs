using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Outcomes;

namespace Lintel.Raft.Configuration;

/// <summary>
/// Turns a configuration and a change into the next configuration. Pure. A change of at most one voter may be made
/// directly, because the majorities of the two configurations always overlap; any other goes through the joint
/// configuration, which overlaps with both.
/// </summary>
public static class ConfigurationChanger
{
    /// <summary>Why <paramref name="change"/> cannot follow <paramref name="now"/>, or null if it can.</summary>
    public static ConfigurationRefusal? Check(GroupConfiguration now, ConfigurationChange change)
    {
        if (change.IsLeave) return now.IsJoint ? null : ConfigurationRefusal.NotJoint;
        if (now.IsJoint) return ConfigurationRefusal.AlreadyJoint;
        for (int i = 0; i < change.Steps.Length; i++)
        {
            for (int j = 0; j < i; j++)
                if (change.Steps[i].Node == change.Steps[j].Node) return ConfigurationRefusal.NodeNamedTwice;
        }

        return Incoming(now, change).Voters.IsEmpty ? ConfigurationRefusal.NoVoterLeft : null;
    }

    /// <summary>The configuration after <paramref name="change"/>, which <see cref="Check"/> must allow.</summary>
    public static GroupConfiguration Apply(GroupConfiguration now, ConfigurationChange change)
    {
        if (Check(now, change) is { } refusal) throw new ArgumentException($"{change} after {now}: {refusal}", nameof(change));
        if (change.IsLeave) return Leave(now);
        GroupConfiguration target = Incoming(now, change);
        bool direct = change.Policy == JointPolicy.Automatic
            && now.Voters.SymmetricExcept(target.Voters).Count <= 1;
        return direct ? target : Enter(now, target, autoLeave: change.Policy != JointPolicy.JointUntilTold);
    }

    private static GroupConfiguration Incoming(GroupConfiguration now, ConfigurationChange change)
    {
        ImmutableSortedSet<NodeId> voters = now.Voters;
        ImmutableSortedSet<NodeId> learners = now.Learners;
        foreach (ConfigurationStep step in change.Steps)
        {
            voters = step.Kind == ConfigurationStepKind.AddVoter ? voters.Add(step.Node) : voters.Remove(step.Node);
            learners = step.Kind == ConfigurationStepKind.AddLearner ? learners.Add(step.Node) : learners.Remove(step.Node);
        }

        return GroupConfiguration.Empty with { Voters = voters, Learners = learners };
    }

    /// <summary>A voter that is to be a learner keeps its outgoing vote until the joint configuration is left.</summary>
    private static GroupConfiguration Enter(GroupConfiguration now, GroupConfiguration target, bool autoLeave)
    {
        ImmutableSortedSet<NodeId> later = target.Learners.Intersect(now.Voters);
        return new GroupConfiguration(target.Voters, now.Voters, target.Learners.Except(later), later, autoLeave);
    }

    private static GroupConfiguration Leave(GroupConfiguration now) => GroupConfiguration.Empty with
    {
        Voters = now.Voters,
        Learners = now.Learners.Union(now.LearnersNext),
    };
}
