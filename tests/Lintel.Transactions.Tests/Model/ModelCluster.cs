using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Simulation;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Tests.Model;

/// <summary>Splits over the whole key space, each led by one of three machines whose clocks disagree within their bound.</summary>
internal sealed class ModelCluster
{
    public const int PageRowsMax = 4;
    private readonly World _world;
    private readonly Prng _random;
    private readonly List<SimulatedNode> _machines = [];
    private readonly SortedDictionary<Key, ModelSplit> _splits = [];
    private ulong _lastId;

    public ModelCluster(World world, params string[] cuts)
    {
        _world = world;
        _random = world.RandomFor("model splits");
        for (ulong i = 101; i <= 103; i++)
        {
            SimulatedNode machine = world.AddNode(new NodeId(i), static _ => { });
            machine.TrueTime.SetError(TimeSpan.FromMicroseconds(_random.Next(-900, 900)));
            _machines.Add(machine);
        }

        Key start = Key.Min;
        foreach (Key end in cuts.Select(Key.FromText).Append(Key.Max))
        {
            Add(new ModelSplit(this, new SplitDescriptor(new SplitId(++_lastId), 1, new KeySpan(start, end), []), AnyClock()));
            start = end;
        }

        Tick();
    }

    public static TimeSpan KeepAliveFor { get; } = TimeSpan.FromSeconds(4);

    public TimeSpan Now => _world.Elapsed;

    public World World => _world;

    /// <summary>How likely a request is lost on its way, and an answer on its way back.</summary>
    public double LossChance { get; set; }

    public IEnumerable<ModelSplit> Splits => _splits.Values;

    public ModelSplit Owner(Key key) => _splits.Values.Last(split => split.Descriptor.Span.Start <= key);

    public ModelSplit? Find(SplitId id) => _splits.Values.FirstOrDefault(split => split.Descriptor.Split == id);

    public IReadOnlyList<SplitDescriptor> Around(SplitDescriptor split) =>
        [.. _splits.Values.Select(s => s.Descriptor).Where(d => d.Span.Start >= split.Span.Start).Take(2)];

    public bool Loses() => _random.Chance(LossChance);

    // Not Task.Delay, which cuts a delay down to whole milliseconds.
    public Task DelayAsync(TimeSpan delay)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.After(delay, over.SetResult);
        return over.Task;
    }

    public TimeSpan ReplicationTime() => _random.Between(TimeSpan.FromMilliseconds(0.5), TimeSpan.FromMilliseconds(3));

    public TimeSpan Latency() => _random.Between(TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(1));

    public void Divide(Key at)
    {
        ModelSplit left = Owner(at);
        if (left.Descriptor.Span.Start == at) return;
        Add(left.DivideAt(at, new SplitId(++_lastId), AnyClock()));
    }

    public void ChangeSomeLeader() => _random.Pick([.. _splits.Values]).ChangeLeader(() => _random.Chance(0.5));

    /// <summary>The coordinator split resolves its participants, whether or not the gateway lives.</summary>
    public void OnCommitted(TransactionId transaction, Timestamp at, IReadOnlyList<KeySpan> participants)
    {
        if (participants.Count > 0) _ = ResolveAsync(transaction, TransactionOutcome.Committed(at), participants);
    }

    /// <summary>A participant in doubt asks the split of the anchor.</summary>
    public async Task SettleAsync(ModelSplit split, TransactionId transaction, Key coordinator)
    {
        ModelSplit owner = Owner(coordinator);
        var question = new AskOutcome(owner.Descriptor.Address, transaction, coordinator, MayAbort: true);
        if (await owner.HandleAsync(question) is SplitReply.Outcome { Of.Kind: not OutcomeKind.Unknown } outcome)
            await split.HandleAsync(new Resolve(split.Descriptor.Address, transaction, default, outcome.Of));
    }

    private async Task ResolveAsync(TransactionId transaction, TransactionOutcome outcome, IReadOnlyList<KeySpan> spans)
    {
        await DelayAsync(Latency());
        foreach (ModelSplit split in _splits.Values.ToArray())
        {
            if (!spans.Any(span => span.Overlaps(split.Descriptor.Span))) continue;
            while (await split.HandleAsync(new Resolve(split.Descriptor.Address, transaction, default, outcome)) is null)
                await DelayAsync(TimeSpan.FromMilliseconds(10));
        }
    }

    private void Tick() => _world.After(TimeSpan.FromMilliseconds(500), () =>
    {
        foreach (ModelSplit split in _splits.Values.ToArray()) split.Sweep();
        Tick();
    });

    private void Add(ModelSplit split) => _splits.Add(split.Descriptor.Span.Start, split);

    private Environment.TrueTime.ITrueTime AnyClock() => _random.Pick(_machines).TrueTime;
}
