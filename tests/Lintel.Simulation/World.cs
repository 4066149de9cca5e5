using System.Runtime.ExceptionServices;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Simulation.Network;
using Lintel.Simulation.Nodes;
using Lintel.Simulation.Scheduling;
using Lintel.Simulation.Tracing;

namespace Lintel.Simulation;

/// <summary>
/// A deterministic world: one thread, one heap of things to come ordered by (due, sequence), virtual time that jumps
/// from one to the next, and a seed from which everything that looks like chance is drawn, one stream per purpose.
/// The real asynchronous code runs inside: its contexts post to the heap, its timers sit on it, and its disk, network
/// and clocks are simulated. Equal seeds give equal traces; see <see cref="Trace"/>.
///
/// Work that escapes to another thread is caught when it touches the world again: every door calls
/// <see cref="RequireInside"/>, which throws there and makes <see cref="Run(Func{bool}, TimeSpan)"/> fail here.
/// </summary>
public sealed class World
{
    // Virtual time stands still while callbacks run, so an endless loop of posts would never end by itself.
    private const int MaximumEventsPerInstant = 2_000_000;
    private readonly PriorityQueue<Scheduled, (long Due, long Sequence)> _heap = new();
    private readonly SortedDictionary<NodeId, SimulatedNode> _nodes = [];
    private readonly List<(string Name, Func<string?> Inspect)> _checkers = [];
    private readonly WorldContext _own;
    private long _now;
    private long _sequence;
    private int _thread = System.Environment.CurrentManagedThreadId;
    private volatile string? _escape;

    /// <summary>Creates a world at <see cref="Epoch"/> with no nodes.</summary>
    public World(ulong seed, bool detailedTrace = false)
    {
        Seed = seed;
        Trace = new Trace(detailedTrace);
        _own = new WorldContext(this, owner: null);
        Time = new Clocks.SimulatedTimeProvider(this, new Clocks.NodeClock(this), owner: null);
        Network = new NetworkFabric(this);
    }

    /// <summary>When every world begins.</summary>
    public static Timestamp Epoch { get; } = Timestamp.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>What replays this world.</summary>
    public ulong Seed { get; }

    /// <summary>What happened so far.</summary>
    public Trace Trace { get; }

    /// <summary>Virtual time since the world began.</summary>
    public TimeSpan Elapsed => new(_now);

    /// <summary>True time: what only the world and its checkers know.</summary>
    public Timestamp TrueNow => Epoch + Elapsed;

    /// <summary>True durations and timers, for clients and harnesses.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where clients and harnesses run.</summary>
    public SynchronizationContext Context => _own;

    /// <summary>What lies between the nodes.</summary>
    public NetworkFabric Network { get; }

    /// <summary>The nodes, by id.</summary>
    public IReadOnlyCollection<SimulatedNode> Nodes => _nodes.Values;

    /// <summary>Events run so far.</summary>
    public long EventCount { get; private set; }

    /// <summary>A node by its id.</summary>
    public SimulatedNode Node(NodeId id) => _nodes[id];

    /// <summary>A node by its id, or null.</summary>
    public SimulatedNode? FindNode(NodeId id) => _nodes.GetValueOrDefault(id);

    /// <summary>
    /// Adds a stopped node. <paramref name="boot"/> runs on the context of each new incarnation and builds the node's
    /// software from its doors.
    /// </summary>
    public SimulatedNode AddNode(NodeId id, Action<Lintel.Environment.NodeEnvironment> boot)
    {
        var node = new SimulatedNode(this, id, boot);
        _nodes.Add(id, node);
        return node;
    }

    /// <summary>
    /// The stream of random numbers for a purpose. Ask once and keep it: asking again starts the same stream anew.
    /// </summary>
    public Prng RandomFor(string purpose) => Prng.ForPurpose(Seed, purpose);

    /// <summary>Adds a checker that looks after every event and says what is wrong, or null.</summary>
    public void AddChecker(string name, Func<string?> inspect) => _checkers.Add((name, inspect));

    /// <summary>Writes a line of the trace.</summary>
    public void Note(string source, string text) => Trace.Write(Elapsed, source, text);

    /// <summary>Schedules an action of the world itself.</summary>
    public Scheduled After(TimeSpan delay, Action action) =>
        Schedule(delay, owner: null, static state => ((Action)state!)(), action);

    /// <summary>Runs until <paramref name="done"/>, for at most <paramref name="within"/> of virtual time.</summary>
    public RunOutcome Run(Func<bool> done, TimeSpan within)
    {
        _thread = System.Environment.CurrentManagedThreadId;
        long deadline = _now + within.Ticks;
        long instant = -1;
        int atInstant = 0;
        while (!done())
        {
            if (!_heap.TryPeek(out Scheduled? next, out _)) return _escape is null ? new RunOutcome.Idle() : Escaped();
            if (next.Due > deadline)
            {
                _now = deadline;
                return new RunOutcome.TimeUp();
            }

            _heap.Dequeue();
            if (next.IsCancelled || next.Owner is { IsAlive: false }) continue;
            if (next.Owner is { } owner && owner.Defers(next)) continue;
            atInstant = next.Due == instant ? atInstant + 1 : 0;
            instant = next.Due;
            if (atInstant > MaximumEventsPerInstant) return Violated("World", "time stands still: code posts to itself for ever");
            if (RunOne(next) is { } violation) return new RunOutcome.Violated(violation);
        }

        return _escape is null ? new RunOutcome.Done() : Escaped();
    }

    /// <summary>Runs until <paramref name="done"/> and throws with the seed and the trace when it ends otherwise.</summary>
    public void MustRun(Func<bool> done, TimeSpan within)
    {
        RunOutcome outcome = Run(done, within);
        if (outcome is not RunOutcome.Done) throw Failed(outcome, within);
    }

    /// <summary>Runs an asynchronous body on the world's own context until it ends; throws what it throws.</summary>
    public void Run(Func<Task> body, TimeSpan within)
    {
        Task? task = null;
        _own.Post(_ => task = body(), null);
        MustRun(() => task is { IsCompleted: true }, within);
        if (task!.Exception?.InnerException is { } failure) ExceptionDispatchInfo.Throw(failure);
        if (task.IsCanceled) throw new OperationCanceledException("the body was cancelled");
    }

    /// <summary>Lets virtual time pass.</summary>
    public void RunFor(TimeSpan duration)
    {
        long until = _now + duration.Ticks;
        RunOutcome outcome = Run(static () => false, duration);
        if (outcome is RunOutcome.Violated) throw Failed(outcome, duration);
        if (outcome is RunOutcome.Idle) _now = until;
    }

    /// <summary>Throws when the caller runs on another thread: its work has escaped the world.</summary>
    public void RequireInside()
    {
        if (!IsInside()) throw new InvalidOperationException(_escape);
    }

    /// <summary>Whether the caller runs on the world's thread. If not, the run ends with that violation.</summary>
    internal bool IsInside()
    {
        if (System.Environment.CurrentManagedThreadId == _thread) return true;
        _escape = $"work escaped to another thread and came back at:\n{System.Environment.StackTrace}";
        return false;
    }

    internal Scheduled Schedule(TimeSpan delay, Incarnation? owner, SendOrPostCallback callback, object? state)
    {
        RequireInside();
        var item = new Scheduled(_now + Math.Max(0, delay.Ticks), ++_sequence, owner, callback, state);
        if (owner is not { IsAlive: false }) _heap.Enqueue(item, (item.Due, item.Sequence));
        return item;
    }

    internal void Reschedule(Scheduled item)
    {
        if (item.IsCancelled) return;
        Scheduled again = item.At(_now, ++_sequence);
        _heap.Enqueue(again, (again.Due, again.Sequence));
    }

    private Violation? RunOne(Scheduled item)
    {
        _now = Math.Max(_now, item.Due);
        EventCount++;
        Trace.Mix(item.Due);
        Trace.Mix(item.Sequence);
        try
        {
            (item.Owner?.Context ?? _own).Run(item);
        }
        catch (Exception failure)
        {
            if (item.Owner?.Node.Unhandled is { } handler) handler(failure);
            else return new Violation(Seed, Elapsed, item.Owner?.Node.Id.ToString() ?? "World", failure.ToString(), failure);
        }

        if (_escape is not null) return Escaped().Violation;
        foreach ((string name, Func<string?> inspect) in _checkers)
        {
            if (inspect() is { } text) return new Violation(Seed, Elapsed, name, text);
        }

        return null;
    }

    private RunOutcome.Violated Escaped() => Violated("World", _escape!);

    private RunOutcome.Violated Violated(string checker, string text) => new(new Violation(Seed, Elapsed, checker, text));

    private WorldFailedException Failed(RunOutcome outcome, TimeSpan within)
    {
        string what = outcome switch
        {
            RunOutcome.Violated violated => violated.Violation.ToString(),
            RunOutcome.TimeUp => $"seed {Seed}: not done after {within}",
            _ => $"seed {Seed}: idle at {Elapsed}, and not done",
        };
        return new WorldFailedException(
            $"{what}\n--- the end of the trace ---\n{Trace.Tail(60)}", (outcome as RunOutcome.Violated)?.Violation.Exception);
    }
}
