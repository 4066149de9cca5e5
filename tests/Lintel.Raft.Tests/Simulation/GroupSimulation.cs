using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Raft.Tests.World;

namespace Lintel.Raft.Tests.Simulation;

/// <summary>
/// One group under a seed: messages are lost, repeated and reordered, links cut, nodes crash and lose what they had not
/// synced, the configuration changes meanwhile. Then everything heals, and the group must get going again.
/// </summary>
public sealed class GroupSimulation
{
    private readonly Prng _random;
    private readonly List<RaftNode> _nodes = [];
    private readonly List<RaftMessage> _network = [];
    private readonly HashSet<(NodeId, NodeId)> _cut = [];
    private readonly SupportWorld? _support;
    private readonly double _loss;
    private readonly double _syncRate;
    private long _now;
    private bool _healed;

    public GroupSimulation(ulong seed, bool withSupport, bool acknowledgesBeforeSync = false, bool withdrawsEarly = false)
    {
        _random = Prng.ForPurpose(seed, "world");
        Checker = new GroupChecker(_nodes);
        _loss = _random.Pick<double>([0, 0.02, 0.1]);
        _syncRate = _random.Pick<double>([0.1, 0.5, 1]);
        int voters = _random.Next(3, 6);
        bool preVote = _random.Chance(0.7);
        bool checkQuorum = _random.Chance(0.7);
        int window = _random.Next(1, 8);
        long appendBytes = _random.Next(1, 200);
        for (ulong i = 1; i <= 5; i++)
        {
            _nodes.Add(new RaftNode(new NodeId(i), Configure, OnApply) { AcknowledgesBeforeSync = acknowledgesBeforeSync });
        }

        var configuration = GroupConfiguration.Of([.. _nodes.Take(voters).Select(node => node.Id)]);
        foreach (RaftNode node in _nodes)
        {
            if (configuration.Contains(node.Id)) node.Disk.Found(configuration);
            node.Start();
        }

        if (withSupport) _support = new SupportWorld(_random, _nodes, Connected) { WithdrawsEarly = withdrawsEarly };

        RaftConfig Configure(NodeId id) => RaftNode.Configure(id, seed + (ulong)_now) with
        {
            ExternalSupport = withSupport,
            PreVote = preVote,
            CheckQuorum = checkQuorum,
            MaxInFlightMessages = window,
            MaxAppendBytes = appendBytes,
        };
    }

    public GroupChecker Checker { get; }

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++) Step();
        Checker.RequireLogsMatch();
        Heal();
        LogIndex before = Checker.LastApplied;
        for (int i = 0; i < 6000 && !HasConverged(before); i++) Step();
        Assert.True(HasConverged(before), $"the group gets going again: {Describe()}");
        Checker.RequireLogsMatch();
    }

    private void Step()
    {
        _now++;
        RaftNode node = _random.Pick(_nodes);
        if (!_healed) Disturb(node);
        _support?.Step(_now);
        foreach (RaftNode each in _nodes)
        {
            if (!each.IsUp) continue;
            if (_now % 5 == (long)(each.Id.Value % 5)) each.Peer!.Tick();
            if (_random.Chance(_healed ? 1 : _syncRate)) each.Sync();
            each.TakeReady();
            Checker.Look();
            Send(each);
        }

        Deliver(_random.Next(_healed ? 20 : 6));
        if (_random.Chance(0.3)) Use(node);
        Checker.Look();
        if (_support is not null) Checker.LookAtLeases(_now, LeaseOf);
    }

    private void Use(RaftNode node)
    {
        if (node.Peer is not { } peer || peer.Role != Role.Leader) return;
        _ = peer.Propose(new byte[_random.Next(30)]);
        if (_random.Chance(0.05)) peer.Quiesce();
        if (_random.Chance(0.1)) peer.RequestReadIndex((ulong)_now);
        if (_random.Chance(0.05) && !node.Disk.SnapshotUnavailable) node.Disk.Compact(node.Disk.Applied);
        if (_healed) return;
        if (_random.Chance(0.05)) ChangeConfiguration(peer);
        if (_random.Chance(0.02))
        {
            Checker.GiveUpLease(node);
            peer.TransferLeadership(_random.Pick(_nodes).Id);
        }
    }

    private void ChangeConfiguration(RaftPeer peer)
    {
        var steps = new SortedDictionary<ulong, ConfigurationStep>();
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            ulong id = (ulong)_random.Next(1, 6);
            ConfigurationStepKind kind = _random.Pick<ConfigurationStepKind>(
                [ConfigurationStepKind.AddVoter, ConfigurationStepKind.AddVoter, ConfigurationStepKind.AddLearner, ConfigurationStepKind.Remove]);
            steps[id] = new ConfigurationStep(kind, new NodeId(id));
        }

        JointPolicy policy = _random.Pick<JointPolicy>([JointPolicy.Automatic, JointPolicy.JointThenLeave]);
        peer.ProposeConfigurationChange(new ConfigurationChange([.. steps.Values], policy));
    }

    private void Disturb(RaftNode node)
    {
        if (node.IsUp && _random.Chance(0.004)) node.Crash(_random.Next(3));
        else if (!node.IsUp && _random.Chance(0.05)) Restart(node);
        if (_random.Chance(0.01)) _cut.Add((node.Id, _random.Pick(_nodes).Id));
        if (_random.Chance(0.01)) _cut.Clear();
        if (node.IsUp && _random.Chance(0.002)) node.Peer!.Campaign();
    }

    private void Restart(RaftNode node)
    {
        node.Start();
        _support?.Restarted(node);
    }

    private void Heal()
    {
        _healed = true;
        _cut.Clear();
        foreach (RaftNode node in _nodes)
            if (!node.IsUp) Restart(node);
    }

    private void Send(RaftNode node)
    {
        foreach (RaftMessage message in node.Outbox)
        {
            if (!_healed && _random.Chance(_loss))
            {
                // The host streams a snapshot over a connection: it learns that the transfer broke.
                if (message.Kind == RaftMessageKind.Snapshot) ReportSnapshot(message, arrived: false);
                continue;
            }

            _network.Add(message);
            if (!_healed && _random.Chance(0.02)) _network.Add(message);
        }

        node.Outbox.Clear();
    }

    private void Deliver(int count)
    {
        for (; count > 0 && _network.Count > 0; count--)
        {
            int at = _random.Chance(0.8) ? 0 : _random.Next(_network.Count);
            RaftMessage message = _network[at];
            _network.RemoveAt(at);
            RaftNode to = _nodes[(int)message.To.Value - 1];
            bool arrives = to.IsUp && Connected(message.From, message.To);
            if (message.Kind == RaftMessageKind.Snapshot) ReportSnapshot(message, arrives);
            if (!arrives) continue;
            to.Peer!.Step(message);
            Checker.Look();
        }
    }

    private void ReportSnapshot(in RaftMessage message, bool arrived)
    {
        RaftPeer? sender = _nodes[(int)message.From.Value - 1].Peer;
        if (arrived) sender?.ReportSnapshotSent(message.To);
        else sender?.ReportSnapshotFailed(message.To);
    }

    private void OnApply(RaftNode node, LogEntry entry)
    {
        if (entry.Kind == EntryKind.ConfigurationChange) Checker.GiveUpLease(node);
        Checker.OnApply(node, entry);
    }

    private Timestamp LeaseOf(RaftNode node) =>
        node.Peer!.LeaseExpiration((by, epoch) => _support!.SupportUntil(node.Id, by, epoch));

    private bool Connected(NodeId from, NodeId to) => !_cut.Contains((from, to));

    private bool HasConverged(LogIndex before)
    {
        RaftNode? leader = _nodes.Find(node => node.Peer!.Role == Role.Leader && node.Disk.Applied > before);
        return leader is not null && !leader.Disk.Configuration.IsJoint && leader.Disk.Configuration.Members.All(
            member => _nodes[(int)member.Value - 1].Disk.Applied > before);
    }

    private string Describe() => string.Join("; ", _nodes.Select(node =>
        $"{node.Id} {node.Peer?.Role} t{node.Peer?.Term} last {node.Peer?.LastIndex} commit {node.Peer?.Committed} "
        + $"applied {node.Disk.Applied} promise {node.Peer?.Promise} sleeps {node.Peer?.IsQuiesced} {node.Disk.Configuration}"));
}
