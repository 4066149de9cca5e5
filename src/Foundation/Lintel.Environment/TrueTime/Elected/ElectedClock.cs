using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;

namespace Lintel.Environment.TrueTime.Elected;

/// <summary>
/// One node's part of "the cluster is its own clock" (docs/adr/0004-clock-source.md): pure, it is told readings of the
/// local clocks and what others answered, and says what interval contains the cluster's time.
///
/// The source's clock is the cluster's time. A follower asks it: what was in [e, l] at some moment between question
/// and answer is in [e, l + round trip] when the answer arrives, and widens from there by the drift; every answer of
/// one source's term is intersected with what is known, as both contain the time. An answer lives for AnswerLife from
/// the question, and is dropped then.
///
/// A new source must not define the time anew while anybody still uses an answer of the old one. So it takes over: it
/// answers with the interval that it had as a follower, which contains the old time, until no answer of the old source
/// is alive (AnswerLife + DeposedMax); then it settles on an instant that was inside from the beginning, carried on by
/// its clock. Who followed it meanwhile holds an interval around that instant too. If it knew no time when it was elected, it takes what a
/// majority of the others agree on; if none of them knows either, it starts from its wall clock: when the old answers
/// must be dead, or, when all have said that they hold none, once a deposed source would have learned that it is one.
///
/// Doubt: the wall and the monotonic clock moved apart at once (a suspended machine, or a step), or the node's interval
/// does not meet those of a majority. Then it forgets everything, its peers' answers too, and begins again.
/// </summary>
public sealed class ElectedClock
{
    private readonly NodeId _self;
    private readonly ElectedClockLimits _limits;
    private readonly PeerClocks _peers;
    private readonly long _answerLife;
    private readonly long _settleAfter;
    private readonly long _startAfter;
    private ClockState _state;
    private ClockReading? _last;
    private NodeId _elected;
    private NodeId _followed;
    private ulong _followedEpoch;
    private ulong _epoch;
    private long _electedAt;

    // The highest earliest that it knew before it last lost the time: a time that it starts anew is not below.
    private long _passed;

    // What it knew when it began to take over.
    private ClockBound _inherited;

    /// <summary>A clock that knows nothing yet. <paramref name="incarnation"/> differs in every life of the node.</summary>
    public ElectedClock(NodeId self, ulong incarnation, ElectedClockLimits limits)
    {
        (_self, _limits) = (self, limits);
        _answerLife = limits.AnswerLife.Ticks * 100;
        // Measured by this clock, in which the others' clocks may run slow.
        _settleAfter = Stretched(_answerLife + (limits.DeposedMax.Ticks * 100));
        long freshFor = limits.PollEvery.Ticks * 100 * 5;
        _startAfter = Stretched((limits.DeposedMax.Ticks * 100) + freshFor);
        _peers = new PeerClocks(freshFor, limits.GrowthPpm);
        _epoch = incarnation << 20;
        _state = Unsynchronized("it has just started");
    }

    /// <summary>What is known, as a value. Changes only inside the methods of this class.</summary>
    public ClockState State => _state;

    /// <summary>Answers of the source that contradicted what was known, and were not used.</summary>
    public long Contradictions { get; private set; }

    /// <summary>
    /// To be called often (every poll interval): follows who is <paramref name="elected"/> now (none: nobody, or not
    /// known), drops what is too old, and compares with <paramref name="others"/>, all other nodes of the cluster.
    /// <paramref name="floor"/> is an instant that a time which starts anew must not be below.
    /// </summary>
    public void Tick(ClockReading now, NodeId elected, IReadOnlyList<NodeId> others, Timestamp floor)
    {
        NoticeJump(now);
        NoticeElection(now, elected);
        if (_state.Status == ClockStatus.Following && now.Monotonic > _state.ValidUntil)
            Lose(now, $"the time source has not answered for {_limits.AnswerLife.TotalSeconds:0.#} s");
        if (_state.Status != ClockStatus.Unsynchronized && !_peers.MajorityMeets(_state.At(now.Monotonic), others))
            Doubt(now, "its interval does not meet those of a majority of the nodes");
        if (_elected == _self) LeadTime(now, others, floor);
    }

    /// <summary>What to answer to a node that asks at <paramref name="now"/>.</summary>
    public ClockAnswer Answer(ClockReading now)
    {
        NoticeJump(now);
        if (!_state.IsBoundedAt(now.Monotonic, _limits.UncertaintyMax.Ticks * 100)) return default;
        ClockBound bound = _state.At(now.Monotonic);
        ulong epoch = _state.Status is ClockStatus.TakingOver or ClockStatus.Source ? _epoch : 0;
        return new ClockAnswer(true, new TrueTimeInterval(new Timestamp(bound.Low), new Timestamp(bound.High)), epoch);
    }

    /// <summary>Takes the answer of <paramref name="from"/> to a question that was sent at <paramref name="sent"/>.</summary>
    public void OnAnswer(NodeId from, ClockReading sent, ClockReading received, ClockAnswer answer, IReadOnlyList<NodeId> others)
    {
        NoticeJump(received);
        long trip = Math.Max(0, received.Monotonic - sent.Monotonic);
        if (!answer.IsBounded || answer.Interval.Latest < answer.Interval.Earliest)
        {
            _peers.Hear(from, received.Monotonic, null);
            return;
        }

        long low = answer.Interval.Earliest.Nanoseconds;
        long high = answer.Interval.Latest.Nanoseconds + trip + (((trip / 1_000_000) + 1) * _limits.GrowthPpm);
        var bound = new ClockBound(received.Monotonic, low, high);
        _peers.Hear(from, received.Monotonic, bound);
        if (from == _elected && _elected != _self && answer.SourceEpoch != 0) Follow(from, answer.SourceEpoch, sent, bound, others);
    }

    private void Follow(NodeId source, ulong epoch, ClockReading sent, ClockBound bound, IReadOnlyList<NodeId> others)
    {
        bool knows = _state.Status == ClockStatus.Following;
        ClockBound known = _state.At(bound.At);
        if (knows ? !known.Meets(bound) : !_peers.MajorityMeets(bound, [.. others.Where(node => node != source)]))
        {
            // Who of the two is wrong is for the comparison with the others to tell, at the next tick.
            Contradictions++;
            return;
        }

        // The older source's answers may not shape what is known of the newer one's time: see the class.
        bool isSameTerm = knows && _followed == source && _followedEpoch == epoch;
        (_followed, _followedEpoch) = (source, epoch);
        _state = new ClockState(
            ClockStatus.Following, isSameTerm ? known.And(bound) : bound, _limits.GrowthPpm, 0, sent.Monotonic + _answerLife, null);
    }

    private void NoticeElection(ClockReading now, NodeId elected)
    {
        bool isGained = elected == _self && _elected != _self;
        bool isLost = elected != _self && _elected == _self;
        _elected = elected;
        if (isGained)
        {
            _epoch++;
            _electedAt = now.Monotonic;
            if (_state.Status == ClockStatus.Following && now.Monotonic <= _state.ValidUntil) TakeOver(now, _state.At(now.Monotonic));
        }
        else if (isLost && _state.Status != ClockStatus.Unsynchronized)
        {
            // It follows its own term, as any other follower of it does: by clock, from the last it knew.
            (_followed, _followedEpoch) = (_self, _epoch);
            _state = new ClockState(
                ClockStatus.Following, _state.At(now.Monotonic), _limits.GrowthPpm, 0, now.Monotonic + _answerLife, null);
        }
    }

    private void LeadTime(ClockReading now, IReadOnlyList<NodeId> others, Timestamp floor)
    {
        switch (_state.Status)
        {
            case ClockStatus.TakingOver when now.Monotonic - _electedAt >= _settleAfter:
                ClockBound inside = _inherited.MovedTo(now.Monotonic, growthPpm: 0);
                _state = Settled(now, Math.Clamp(now.Wall, inside.Low, inside.High));
                break;
            case ClockStatus.Source:
                _state = Settled(now, _state.At(now.Monotonic).Low);
                break;
            case ClockStatus.Unsynchronized when others.Count == 0:
                _state = Settled(now, Math.Max(now.Wall, Math.Max(_passed, floor.Nanoseconds)));
                break;
            case ClockStatus.Unsynchronized when _peers.MajorityBound(others, now.Monotonic) is { } agreed:
                TakeOver(now, agreed);
                break;
            case ClockStatus.Unsynchronized when now.Monotonic - _electedAt >= (_peers.NobodyKnows(others, now.Monotonic) ? _startAfter : _settleAfter):
                _state = Settled(now, Math.Max(now.Wall, Math.Max(_passed, floor.Nanoseconds)));
                break;
        }
    }

    // What it knows may be the old source's answer, or others' who follow it: the wait begins here.
    private void TakeOver(ClockReading now, ClockBound known)
    {
        (_electedAt, _inherited) = (now.Monotonic, known);
        _state = new ClockState(ClockStatus.TakingOver, known, _limits.GrowthPpm, 0, long.MaxValue, null);
    }

    // The cluster's time at this reading, and how it goes on: towards the wall clock, slowly, if that is not absurd.
    private ClockState Settled(ClockReading now, long instant)
    {
        long error = now.Wall - instant;
        long slew = Math.Abs(error) > TimeSpan.TicksPerDay * 100 ? 0 : Math.Clamp(error / 1_000_000, -_limits.SlewPpm, _limits.SlewPpm);
        return new ClockState(ClockStatus.Source, new ClockBound(now.Monotonic, instant, instant), 0, slew, long.MaxValue, null);
    }

    private void NoticeJump(ClockReading now)
    {
        if (_last is { } last)
        {
            long apart = Math.Abs((now.Wall - last.Wall) - (now.Monotonic - last.Monotonic));
            if (apart > _limits.JumpMax.Ticks * 100 && _state.Status != ClockStatus.Unsynchronized)
                Doubt(last, $"its wall and its monotonic clock moved apart by {apart / 1_000_000.0:0.#} ms at once");
        }

        _last = now;
    }

    private void Doubt(ClockReading at, string why)
    {
        _peers.Forget();
        _electedAt = at.Monotonic;
        Lose(at, why);
    }

    private void Lose(ClockReading at, string why)
    {
        _passed = Math.Max(_passed, _state.At(at.Monotonic).Low);
        _state = Unsynchronized(why);
    }

    private long Stretched(long duration) => duration + (((duration / 1_000_000) + 1) * _limits.GrowthPpm);

    private static ClockState Unsynchronized(string why) => new(ClockStatus.Unsynchronized, default, 0, 0, long.MinValue, why);
}
