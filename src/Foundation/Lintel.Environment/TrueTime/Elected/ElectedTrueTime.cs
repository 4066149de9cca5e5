using Lintel.Environment.Network;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Microsoft.Extensions.Logging;

namespace Lintel.Environment.TrueTime.Elected;

/// <summary>
/// TrueTime whose source is a node of the cluster: the shell around <see cref="ElectedClock"/>. It asks all other nodes
/// every <see cref="ElectedClockLimits.PollEvery"/>, answers them, and serves <see cref="Now"/> to any thread from the
/// clock's last state. Everything else runs on the store's context. It logs when it loses and finds the time.
/// </summary>
public sealed partial class ElectedTrueTime : ITrueTime, IDisposable
{
    /// <summary>The service byte under which nodes ask each other for the time.</summary>
    public const byte Service = 250;

    private readonly NodeId _self;
    private readonly TimeProvider _time;
    private readonly HostMonotonic _monotonic;
    private readonly SynchronizationContext _context;
    private readonly ElectedClockLimits _limits;
    private readonly ElectedCluster _cluster;
    private readonly ElectedClock _clock;
    private readonly MonotonicFloor _floor = new();
    private readonly ILogger _log;
    private RequestChannel? _channel;
    private ITimer? _timer;
    private ClockState _state;
    private long _wallLead;
    private long _contradictionsLogged;

    /// <summary>
    /// A clock that knows nothing until <see cref="Start"/>. <paramref name="incarnation"/> differs in every life of the
    /// node; <paramref name="cluster"/> is asked on <paramref name="context"/>.
    /// </summary>
    public ElectedTrueTime(
        NodeId self,
        ulong incarnation,
        ElectedCluster cluster,
        TimeProvider time,
        SynchronizationContext context,
        ElectedClockLimits limits,
        ILoggerFactory loggers)
    {
        (_self, _cluster, _time, _context, _limits) = (self, cluster, time, context, limits);
        _monotonic = new HostMonotonic(time);
        _clock = new ElectedClock(self, incarnation, limits);
        _state = _clock.State;
        _log = loggers.CreateLogger<ElectedTrueTime>();
    }

    /// <inheritdoc/>
    public bool IsBounded => TryRead(out _);

    /// <summary>Where the clock stands.</summary>
    public ClockStatus Status => Volatile.Read(ref _state).Status;

    /// <summary>Begins to ask and to answer over <paramref name="channel"/>. Called once, on the context.</summary>
    public void Start(RequestChannel channel)
    {
        _channel = channel;
        Volatile.Write(ref _wallLead, Lead(Read()));
        channel.Serve(Service, (_, _) =>
        {
            ClockAnswer answer = _clock.Answer(Read());
            Publish();
            return ValueTask.FromResult<ReadOnlyMemory<byte>>(answer.Encode());
        });
        _timer = _time.CreateTimer(_ => _context.Post(_ => Poll(), null), null, TimeSpan.Zero, _limits.PollEvery);
    }

    /// <inheritdoc/>
    public TrueTimeInterval Now()
    {
        TryRead(out TrueTimeInterval interval);
        return interval;
    }

    /// <summary>Stops asking. What is known grows old, and then is unbounded.</summary>
    public void Dispose() => _timer?.Dispose();

    private bool TryRead(out TrueTimeInterval interval)
    {
        // The wall clock is read for one reason: a machine that slept shows as a gap between the two clocks, and has to
        // be noticed before anything is served from a lease that has run out meanwhile.
        long before = _monotonic.Nanoseconds();
        long wall = Timestamp.From(_time.GetUtcNow()).Nanoseconds;
        long now = _monotonic.Nanoseconds();
        long lead = Volatile.Read(ref _wallLead);
        long jumpMax = _limits.JumpMax.Ticks * 100;
        bool apart = wall - now - lead > jumpMax || lead - (wall - before) > jumpMax;

        ClockState state = Volatile.Read(ref _state);
        if (apart || !state.IsBoundedAt(now, _limits.UncertaintyMax.Ticks * 100))
        {
            interval = new TrueTimeInterval(new Timestamp(_floor.Promised), Timestamp.Max);
            return false;
        }

        ClockBound bound = state.At(now);
        return _floor.TryRaise(bound.Low, bound.High, out interval);
    }

    private void Poll()
    {
        IReadOnlyList<NodeId> others = _cluster.Others();
        _clock.Tick(Read(), _cluster.Elected() ?? NodeId.None, others, Timestamp.Later(_cluster.Floor(), new Timestamp(_floor.Promised)));
        Publish();
        foreach (NodeId other in others) _ = AskAsync(other);
    }

    private async Task AskAsync(NodeId other)
    {
        ClockReading sent = Read();
        try
        {
            ReadOnlyMemory<byte> answer = await _channel!.CallAsync(other, Service, ReadOnlyMemory<byte>.Empty, _limits.PollEvery * 5);
            _clock.OnAnswer(other, sent, Read(), ClockAnswer.Decode(answer), _cluster.Others());
            Publish();
        }
        catch (LintelException silent)
        {
            // A node that does not answer is no news: what it said before grows old by itself.
            if (silent.Error.Code == ErrorCode.Corruption) MalformedAnswer(_log, _self, other, silent.Error);
        }
    }

    private void Publish()
    {
        ClockState before = _state;
        ClockState after = _clock.State;
        if (ReferenceEquals(before, after)) return;
        Volatile.Write(ref _state, after);
        if (after.Status != before.Status)
        {
            if (after.Status == ClockStatus.Unsynchronized) TimeLost(_log, _self, before.Status, after.Why);
            else StatusChanged(_log, _self, before.Status, after.Status);
        }

        if (_clock.Contradictions == _contradictionsLogged) return;
        _contradictionsLogged = _clock.Contradictions;
        Contradicted(_log, _self, _contradictionsLogged);
    }

    // The two clocks as one reading: taken again when something came between.
    private ClockReading Read()
    {
        for (int tries = 1; ; tries++)
        {
            long before = _monotonic.Nanoseconds();
            long wall = Timestamp.From(_time.GetUtcNow()).Nanoseconds;
            long after = _monotonic.Nanoseconds();
            if (after - before > 100_000 && tries < 5) continue;
            var reading = new ClockReading(after, wall);
            if (_channel is not null) Volatile.Write(ref _wallLead, Lead(reading));
            return reading;
        }
    }

    private static long Lead(ClockReading reading) => reading.Wall - reading.Monotonic;

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "{Self} was {Before} and does not know the cluster's time now: {Why}; it holds no lease until it does")]
    private static partial void TimeLost(ILogger log, NodeId self, ClockStatus before, string? why);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Information, Message = "the clock of {Self} was {Before} and is {Status}")]
    private static partial void StatusChanged(ILogger log, NodeId self, ClockStatus before, ClockStatus status);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning, Message = "{Self} was answered by the time source with what contradicts its clock, {Count} times so far")]
    private static partial void Contradicted(ILogger log, NodeId self, long count);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "{Self} got a malformed time from {Other}: {Error}")]
    private static partial void MalformedAnswer(ILogger log, NodeId self, NodeId other, LintelError error);
}
