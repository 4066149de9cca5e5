using System.Globalization;
using System.Text;
using Lintel.DataDriven;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Raft.Outcomes;
using Lintel.Raft.Tests.World;

namespace Lintel.Raft.Tests.Scenarios;

/// <summary>
/// The environment class of the Raft scenario files: a group whose every step is a line of text. Messages wait until
/// they are delivered, and work waits until it is synced, so a file can put a crash or a loss between any two steps.
/// <c>settle</c> does all of it until nothing is left to do.
/// </summary>
internal sealed class ScenarioGroup
{
    private readonly SortedDictionary<NodeId, RaftNode> _nodes = [];
    private readonly List<RaftMessage> _network = [];
    private readonly SortedSet<(NodeId From, NodeId To)> _cut = [];
    private readonly StringBuilder _output = new();
    private bool _quiet;

    /// <summary>Runs one command and returns what it showed.</summary>
    public string Handle(DataCommand command)
    {
        _output.Clear();
        switch (command.Verb)
        {
            case "group": Begin(command); break;
            case "campaign": Say(Peer(command).Campaign() ? "campaigns" : "does not campaign"); break;
            case "tick": Tick(command); break;
            case "propose": Propose(command); break;
            case "change": Say(Name(Peer(command).ProposeConfigurationChange(ChangeOf(command)))); break;
            case "transfer": Say(Name(Peer(command).TransferLeadership(Id(command.Text("to"))))); break;
            case "read": Say(Name(Peer(command).RequestReadIndex((ulong)command.Number("context")))); break;
            case "lease-read": LeaseRead(command); break;
            case "quiesce": Say(Peer(command).Quiesce() ? "the group sleeps" : "the group stays awake"); break;
            case "sync": Sync(command); break;
            case "take": Take(Node(command)); break;
            case "deliver": Deliver(command); break;
            case "drop": Drop(command); break;
            case "settle": Settle(command); break;
            case "cut": Cut(command, on: true); break;
            case "heal": Cut(command, on: false); break;
            case "crash": Node(command).Crash((int)command.Number("lucky", 0)); break;
            case "restart": Node(command).Start(); break;
            case "compact": Node(command).Disk.Compact(Node(command).Disk.Applied); break;
            case "status": foreach (RaftNode node in Named(command)) Say(Describe(node)); break;
            case "log": foreach (RaftNode node in Named(command)) Say($"{node.Id}: {LogOf(node)}"); break;
            case "progress": Progress(command); break;
            case "messages": foreach (RaftMessage message in _network) Say(Describe(message)); break;
            default: throw command.UnknownVerb();
        }

        command.RequireAllRead();
        return _output.ToString();
    }

    private void Begin(DataCommand command)
    {
        _nodes.Clear();
        int count = (int)command.Number("nodes");
        int voters = (int)command.Number("voters", count);
        bool preVote = command.Text("pre-vote", "on") == "on";
        bool checkQuorum = command.Text("check-quorum", "off") == "on";
        int window = (int)command.Number("window", 128);
        long appendBytes = command.Number("append-bytes", 1 << 20);
        long uncommitted = command.Number("uncommitted-bytes", 1 << 20);
        for (ulong i = 1; i <= (ulong)count; i++)
        {
            _nodes.Add(new NodeId(i), new RaftNode(new NodeId(i), id => RaftNode.Configure(id, seed: 1) with
            {
                PreVote = preVote,
                CheckQuorum = checkQuorum,
                MaxInFlightMessages = window,
                MaxAppendBytes = appendBytes,
                MaxUncommittedBytes = uncommitted,
            }, OnApply));
        }

        var configuration = GroupConfiguration.Of([.. _nodes.Keys.Take(voters)]);
        foreach (RaftNode node in _nodes.Values)
        {
            if (configuration.Contains(node.Id)) node.Disk.Found(configuration);
            node.Start();
        }
    }

    private void Tick(DataCommand command)
    {
        for (long i = command.Number("times", 1); i > 0; i--)
        {
            foreach (RaftNode node in Named(command)) node.Peer?.Tick();
        }
    }

    private void Propose(DataCommand command)
    {
        byte[] data = command.Has("bytes") ? new byte[command.Number("bytes")] : Encoding.UTF8.GetBytes(command.Text("data"));
        for (long i = command.Number("times", 1); i > 0; i--) Say(Name(Peer(command).Propose(data)));
    }

    private void LeaseRead(DataCommand command) =>
        Say(Peer(command).TryReadByTickLease(out LogIndex index) ? $"served at {index}" : "no lease");

    private void Sync(DataCommand command)
    {
        foreach (RaftNode node in Named(command))
        {
            Take(node);
            while (node.Sync())
            {
            }

            Take(node);
        }
    }

    private void Take(RaftNode node)
    {
        node.TakeReady();
        foreach (RaftMessage message in node.Outbox)
        {
            if (_cut.Contains((message.From, message.To))) Lose(message);
            else _network.Add(message);
        }

        node.Outbox.Clear();
        foreach (ReadState read in node.Reads) Say($"{node.Id} may serve read {read.Context} at {read.Index}");
        foreach (ulong lost in node.ReadsLost) Say($"{node.Id} lost read {lost}");
        node.Reads.Clear();
        node.ReadsLost.Clear();
    }

    private void Deliver(DataCommand command)
    {
        foreach (RaftNode node in _nodes.Values) Take(node);
        RaftMessage[] chosen = [.. Chosen(command)];
        foreach (RaftMessage message in chosen)
        {
            _network.Remove(message);
            Step(message);
        }

        foreach (RaftNode node in _nodes.Values) Take(node);
    }

    private void Drop(DataCommand command)
    {
        foreach (RaftNode node in _nodes.Values) Take(node);
        foreach (RaftMessage message in Chosen(command).ToArray())
        {
            _network.Remove(message);
            Lose(message);
        }
    }

    private IEnumerable<RaftMessage> Chosen(DataCommand command)
    {
        string from = command.Text("from", "");
        string to = command.Text("to", "");
        string kind = command.Text("kind", "");
        return _network.Where(message =>
            (from.Length == 0 || message.From == Id(from)) && (to.Length == 0 || message.To == Id(to))
            && (kind.Length == 0 || message.Kind.ToString() == kind));
    }

    private void Settle(DataCommand command)
    {
        _quiet = !command.Has("show");
        for (int round = 0; round < 1000; round++)
        {
            bool any = false;
            foreach (RaftNode node in _nodes.Values.Where(node => node.IsUp))
            {
                Take(node);
                while (node.Sync()) any = true;
                Take(node);
            }

            RaftMessage[] waiting = [.. _network];
            _network.Clear();
            foreach (RaftMessage message in waiting) Step(message);
            if (waiting.Length == 0 && !any)
            {
                _quiet = false;
                return;
            }
        }

        throw command.Wrong("the group does not settle");
    }

    private void Step(in RaftMessage message)
    {
        RaftNode to = _nodes[message.To];
        if (!to.IsUp)
        {
            Lose(message);
            return;
        }

        if (!_quiet) Say(Describe(message));
        if (message.Kind == RaftMessageKind.Snapshot) _nodes[message.From].Peer?.ReportSnapshotSent(message.To);
        to.Peer!.Step(message);
    }

    private void Lose(in RaftMessage message)
    {
        if (message.Kind == RaftMessageKind.Snapshot) _nodes[message.From].Peer?.ReportSnapshotFailed(message.To);
    }

    private void Cut(DataCommand command, bool on)
    {
        foreach (RaftNode a in Named(command))
        {
            foreach (NodeId b in _nodes.Keys.Where(id => id != a.Id))
            {
                foreach ((NodeId, NodeId) link in new[] { (a.Id, b), (b, a.Id) })
                {
                    if (on) _cut.Add(link);
                    else _cut.Remove(link);
                }
            }
        }
    }

    private void Progress(DataCommand command)
    {
        RaftPeer leader = Peer(command);
        foreach (NodeId id in leader.Configuration.Members)
        {
            if (id == leader.Self || leader.ProgressOf(id) is not { } progress) continue;
            Say($"{id}: {progress.State} match {progress.Match} next {progress.Next} in flight {progress.InFlightCount}");
        }
    }

    private void OnApply(RaftNode node, LogEntry entry)
    {
        if (_quiet || entry.Kind == EntryKind.TermStart) return;
        Say($"{node.Id} applies {Describe(entry)}");
    }

    private IEnumerable<RaftNode> Named(DataCommand command) =>
        command.Words.Count == 0 ? _nodes.Values : command.Words.Where(word => word != "show").Select(word => _nodes[Id(word)]);

    private RaftNode Node(DataCommand command) => _nodes[Id(command.Word(0))];

    private RaftPeer Peer(DataCommand command) =>
        Node(command).Peer ?? throw command.Wrong($"{Node(command).Id} is down");

    private static NodeId Id(string text) => new(ulong.Parse(text.TrimStart('n'), CultureInfo.InvariantCulture));

    private static ConfigurationChange ChangeOf(DataCommand command)
    {
        JointPolicy policy = command.Text("joint", "automatic") switch
        {
            "automatic" => JointPolicy.Automatic,
            "then-leave" => JointPolicy.JointThenLeave,
            "until-told" => JointPolicy.JointUntilTold,
            var other => throw command.Wrong($"unknown policy {other}"),
        };
        if (command.Has("leave")) return ConfigurationChange.LeaveJoint;
        return new ConfigurationChange(
            [
                .. command.List("add").Select(id => new ConfigurationStep(ConfigurationStepKind.AddVoter, Id(id))),
                .. command.List("learner").Select(id => new ConfigurationStep(ConfigurationStepKind.AddLearner, Id(id))),
                .. command.List("remove").Select(id => new ConfigurationStep(ConfigurationStepKind.Remove, Id(id))),
            ],
            policy);
    }

    private static string Describe(RaftNode node)
    {
        if (node.Peer is not { } peer) return $"{node.Id}: down";
        string leader = peer.Leader.IsNone ? "none" : peer.Leader.ToString();
        string asleep = peer.IsQuiesced ? ", asleep" : "";
        return $"{node.Id}: {peer.Role} term {peer.Term} leader {leader} last {peer.LastIndex} committed {peer.Committed}"
            + $" applied {peer.Applied} {peer.Configuration}{asleep}";
    }

    private static string LogOf(RaftNode node)
    {
        var text = new StringBuilder($"from {node.Disk.FirstIndex}");
        for (LogIndex at = node.Disk.FirstIndex; at <= node.Disk.LastIndex; at = at.Next()) text.Append(' ').Append(Describe(node.Disk.At(at)));
        return text.ToString();
    }

    private static string Describe(in LogEntry entry) => entry.Kind switch
    {
        EntryKind.TermStart => $"{entry.Index}/t{entry.Term}:start",
        EntryKind.ConfigurationChange => $"{entry.Index}/t{entry.Term}:{ConfigurationChange.Decode(entry.Data)}",
        _ => $"{entry.Index}/t{entry.Term}:{(entry.Data.Length > 16 ? $"{entry.Data.Length} bytes" : Encoding.UTF8.GetString(entry.Data.Span))}",
    };

    private static string Describe(in RaftMessage message)
    {
        var text = new StringBuilder($"{message.From} -> {message.To} {message.Kind} term {message.Term}");
        switch (message.Kind)
        {
            case RaftMessageKind.Append:
                text.Append(CultureInfo.InvariantCulture, $" after {message.Index}/t{message.LogTerm} commit {message.Commit}");
                foreach (LogEntry entry in message.Entries.Span) text.Append(' ').Append(Describe(entry));
                break;
            case RaftMessageKind.AppendResponse:
                text.Append(message.Reject
                    ? $" refused {message.Index}, try {message.Hint}/t{message.LogTerm}"
                    : $" matches {message.Index}");
                break;
            case RaftMessageKind.Vote or RaftMessageKind.PreVote:
                text.Append(CultureInfo.InvariantCulture, $" last {message.Index}/t{message.LogTerm}{(message.Transfer ? " by transfer" : "")}");
                break;
            case RaftMessageKind.VoteResponse or RaftMessageKind.PreVoteResponse:
                text.Append(message.Reject ? " refused" : " granted");
                break;
            case RaftMessageKind.Snapshot:
                text.Append(CultureInfo.InvariantCulture, $" at {message.Snapshot!.Index}/t{message.Snapshot.Term} {message.Snapshot.Configuration}");
                break;
            case RaftMessageKind.Quiesce:
                text.Append(CultureInfo.InvariantCulture, $" at {message.Index}/t{message.LogTerm}");
                break;
            default:
                break;
        }

        return text.ToString();
    }

    private static string Name(ProposeOutcome outcome) => outcome switch
    {
        ProposeOutcome.Accepted accepted => $"accepted at {accepted.At} in term {accepted.InTerm}",
        ProposeOutcome.NotLeader other => $"not the leader, ask {other.Hint?.ToString() ?? "nobody known"}",
        ProposeOutcome.Transferring to => $"leadership is being handed to {to.To}",
        ProposeOutcome.Busy busy => $"busy, {busy.UncommittedBytes} bytes wait",
        ProposeOutcome.ChangeRefused refused => $"refused: {refused.Reason}",
        _ => outcome.ToString(),
    };

    private static string Name(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.NotLeader other => $"not the leader, ask {other.Hint?.ToString() ?? "nobody known"}",
        _ => outcome.GetType().Name,
    };

    private static string Name(ReadIndexOutcome outcome) => outcome switch
    {
        ReadIndexOutcome.NotLeader other => $"not the leader, ask {other.Hint?.ToString() ?? "nobody known"}",
        _ => outcome.GetType().Name,
    };

    private void Say(string line) => _output.Append(line).Append('\n');
}
