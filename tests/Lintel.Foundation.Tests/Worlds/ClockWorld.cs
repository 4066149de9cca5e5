using Lintel.Environment.TrueTime.Elected;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;

namespace Lintel.Foundation.Tests.Worlds;

/// <summary>
/// Elected clocks of several nodes under simulated oscillators, a network with delays and losses, and an oracle that
/// says who is elected; in steps of one millisecond of true time. After each step every node is read, and what external
/// consistency needs of clocks is checked: no node's latest is below what any bounded node ever had as its earliest.
/// </summary>
internal sealed class ClockWorld
{
    public const long Millisecond = 1_000_000;
    private readonly Prng _random;
    private readonly ElectedClockLimits _limits;
    private readonly PriorityQueue<Action, (long Due, long Sequence)> _queue = new();
    private readonly List<(long Since, NodeId Node)> _terms = [];
    private long _sequence;
    private long _earliestEver;

    public ClockWorld(ulong seed, int nodes, ElectedClockLimits? limits = null)
    {
        _random = new Prng(seed);
        _limits = limits ?? new ElectedClockLimits();
        Nodes = [.. Enumerable.Range(1, nodes).Select(i => new Host(this, new NodeId((ulong)i)))];
    }

    public Host[] Nodes { get; }

    public long Now { get; private set; } = 1_000_000 * Millisecond;

    public double LossChance { get; set; } = 0.05;

    /// <summary>Nodes whose assumptions a test has broken: they are not held to the promise.</summary>
    public HashSet<NodeId> Excused { get; } = [];

    /// <summary>Elects a node: it knows at once, the others within a second, the one before within its allowance.</summary>
    public void Elect(NodeId node)
    {
        NodeId before = _terms.Count == 0 ? NodeId.None : _terms[^1].Node;
        _terms.Add((Now, node));
        int term = _terms.Count;
        foreach (Host host in Nodes)
        {
            long lag = host.Id == node ? 0 : _random.NextInt64(host.Id == before ? (_limits.DeposedMax - _limits.PollEvery).Ticks * 100 : 1000 * Millisecond);
            After(lag, () => host.Learn(term, node));
        }
    }

    public void Run(TimeSpan duration)
    {
        long end = Now + (duration.Ticks * 100);
        while (Now < end)
        {
            Now += Millisecond;
            while (_queue.TryPeek(out _, out var next) && next.Due <= Now) _queue.Dequeue()();
            foreach (Host host in Nodes) host.Poll();
            Check();
        }
    }

    private void Check()
    {
        foreach (Host host in Nodes)
        {
            if (host.Interval() is not { } interval || Excused.Contains(host.Id)) continue;
            if (interval.High < _earliestEver)
            {
                throw new InvalidOperationException(
                    $"at {Now / Millisecond} ms {host.Id} ({host.Clock.State.Status}) holds {interval}, but {_earliestEver} was passed somewhere: {_earliestEver - interval.High} ns");
            }
        }

        foreach (Host host in Nodes)
        {
            if (host.Interval() is { } interval && !Excused.Contains(host.Id)) _earliestEver = Math.Max(_earliestEver, interval.Low);
        }
    }

    private void After(long delay, Action action) => _queue.Enqueue(action, (Now + delay, ++_sequence));

    /// <summary>One node: an oscillator, a wall clock, and the clock under test.</summary>
    internal sealed class Host
    {
        private readonly ClockWorld _world;
        private double _rate;
        private long _trueBase;
        private long _monotonicBase;
        private long _nextPoll;
        private ulong _life;
        private int _term;

        public Host(ClockWorld world, NodeId id)
        {
            (_world, Id) = (world, id);
            _rate = 1 + ((world._random.NextDouble() - 0.5) * 2 * world._limits.DriftPpm / 1e6);
            _monotonicBase = world._random.NextInt64(1L << 50);
            WallOffset = world._random.NextInt64(2000 * Millisecond) - (1000 * Millisecond);
            _nextPoll = world.Now + (world._random.NextInt64(200) * Millisecond);
            Clock = Fresh();
        }

        public NodeId Id { get; }

        public ElectedClock Clock { get; private set; }

        public NodeId Elected { get; private set; }

        public bool IsCutOff { get; set; }

        public bool IsDown { get; set; }

        public long WallOffset { get; set; }

        /// <summary>Makes every interval that this node answers false by so much.</summary>
        public long Lie { get; set; }

        /// <summary>Milliseconds in which the clock was bounded, and in which the node was up.</summary>
        public (long Bounded, long Up) Counted { get; private set; }

        /// <summary>Learns who was elected in a term; what it hears late of an earlier one is no news.</summary>
        public void Learn(int term, NodeId elected)
        {
            if (term > _term) (_term, Elected) = (term, elected);
        }

        public ClockReading Read()
        {
            long monotonic = _monotonicBase + (long)((_world.Now - _trueBase) * _rate);
            return new ClockReading(monotonic, monotonic - _monotonicBase + _trueBase + WallOffset);
        }

        public void SetRate(double rate)
        {
            ClockReading now = Read();
            WallOffset = now.Wall - _world.Now;
            (_trueBase, _monotonicBase, _rate) = (_world.Now, now.Monotonic, rate);
        }

        /// <summary>Moves the monotonic clock, and the wall clock by another amount.</summary>
        public void Jump(long monotonic, long wall)
        {
            SetRate(_rate);
            _monotonicBase += monotonic;
            WallOffset += wall;
        }

        public void Restart()
        {
            IsDown = false;
            Clock = Fresh();
        }

        public ClockBound? Interval()
        {
            ClockReading now = Read();
            return !IsDown && Clock.State.IsBoundedAt(now.Monotonic, _world._limits.UncertaintyMax.Ticks * 100) ? Clock.State.At(now.Monotonic) : null;
        }

        public void Poll()
        {
            if (IsDown) return;
            Counted = (Counted.Bounded + (Interval() is null ? 0 : 1), Counted.Up + 1);
            if (_world.Now < _nextPoll) return;
            _nextPoll = _world.Now + (200 * Millisecond);
            NodeId[] others = [.. _world.Nodes.Select(n => n.Id).Where(n => n != Id)];
            Clock.Tick(Read(), Elected, others, new Timestamp(_world._earliestEver));
            foreach (Host other in _world.Nodes.Where(n => n != this)) Ask(other, others);
        }

        private void Ask(Host other, NodeId[] others)
        {
            ClockReading sent = Read();
            ElectedClock asking = Clock;
            Carry(other, () =>
            {
                ClockAnswer answer = other.Clock.Answer(other.Read());
                if (answer.IsBounded && other.Lie != 0)
                {
                    TimeSpan by = new(other.Lie / 100);
                    answer = answer with { Interval = new TrueTimeInterval(answer.Interval.Earliest + by, answer.Interval.Latest + by) };
                }

                other.Carry(this, () =>
                {
                    if (Clock == asking) Clock.OnAnswer(other.Id, sent, Read(), answer, others);
                });
            });
        }

        private void Carry(Host to, Action arrive)
        {
            Prng random = _world._random;
            if (IsCutOff || to.IsCutOff || IsDown || random.Chance(_world.LossChance)) return;
            long delay = (random.Chance(0.05) ? 40 : 2) * random.NextInt64(Millisecond);
            _world.After(delay, () =>
            {
                if (!to.IsDown && !to.IsCutOff) arrive();
            });
        }

        private ElectedClock Fresh() => new(Id, (Id.Value * 1000) + ++_life, _world._limits);
    }
}
