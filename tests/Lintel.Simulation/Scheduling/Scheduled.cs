using Lintel.Simulation.Nodes;

namespace Lintel.Simulation.Scheduling;

/// <summary>One thing that will happen: a callback at an instant, for one incarnation of a node or for the world itself.</summary>
public sealed class Scheduled
{
    private readonly SendOrPostCallback _callback;
    private readonly object? _state;

    internal Scheduled(long due, long sequence, Incarnation? owner, SendOrPostCallback callback, object? state)
    {
        Due = due;
        Sequence = sequence;
        Owner = owner;
        _callback = callback;
        _state = state;
    }

    /// <summary>When, in ticks of 100 ns since the world began.</summary>
    public long Due { get; }

    /// <summary>Order among what is due at the same instant.</summary>
    public long Sequence { get; }

    /// <summary>Whether it was cancelled and will not run.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Whose it is; null is the world's own (faults, clients).</summary>
    internal Incarnation? Owner { get; }

    /// <summary>Prevents it from running.</summary>
    public void Cancel() => IsCancelled = true;

    internal Scheduled At(long due, long sequence) => new(due, sequence, Owner, _callback, _state);

    internal void Invoke() => _callback(_state);
}
