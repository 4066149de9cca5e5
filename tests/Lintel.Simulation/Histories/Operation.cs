using System.Globalization;
using Lintel.Primitives.Time;

namespace Lintel.Simulation.Histories;

/// <summary>One operation of a client: when it was invoked, when it was answered, and with what.</summary>
public sealed class Operation<T>
{
    private readonly History<T> _history;

    internal Operation(History<T> history, int number, int client, T payload)
    {
        _history = history;
        Number = number;
        Client = client;
        Payload = payload;
        (InvokeOrder, Invoked) = history.NextEvent();
    }

    /// <summary>Place among the invocations of the history, from 0.</summary>
    public int Number { get; }

    /// <summary>Who asked. One client has at most one operation under way.</summary>
    public int Client { get; }

    /// <summary>What was asked and, once it is answered, the answer.</summary>
    public T Payload { get; private set; }

    /// <summary>What became of it.</summary>
    public OperationOutcome Outcome { get; private set; }

    /// <summary>True time of the invocation.</summary>
    public Timestamp Invoked { get; }

    /// <summary>True time of the answer; the end of time for an unknown outcome.</summary>
    public Timestamp Completed { get; private set; } = Timestamp.Max;

    /// <summary>Order of the invocation among all events of the history: finer than time.</summary>
    public long InvokeOrder { get; }

    /// <summary>Order of the answer among all events of the history; the last for an unknown outcome.</summary>
    public long CompleteOrder { get; private set; } = long.MaxValue;

    /// <summary>Whether it was answered before <paramref name="other"/> was invoked.</summary>
    public bool Precedes(Operation<T> other) => CompleteOrder < other.InvokeOrder;

    /// <summary>It happened; <paramref name="payload"/> carries the answer.</summary>
    public void Succeed(T payload) => Complete(OperationOutcome.Ok, payload);

    /// <summary>It did not happen.</summary>
    public void Fail() => Complete(OperationOutcome.Fail, Payload);

    /// <summary>It may have happened; <paramref name="payload"/> says what it tried.</summary>
    public void Doubt(T payload) => Payload = payload;

    /// <inheritdoc/>
    public override string ToString()
    {
        string until = Outcome is OperationOutcome.Unknown ? "?" : Seconds(Completed);
        return $"#{Number} client {Client} {Seconds(Invoked)}..{until} {(Outcome is OperationOutcome.Ok ? "" : $"({Outcome}) ")}{Payload}";
    }

    private static string Seconds(Timestamp at) => ((at - World.Epoch).TotalSeconds).ToString("F6", CultureInfo.InvariantCulture);

    private void Complete(OperationOutcome outcome, T payload)
    {
        if (Outcome is not OperationOutcome.Unknown) throw new InvalidOperationException($"{this} is answered twice");
        Outcome = outcome;
        Payload = payload;
        (CompleteOrder, Completed) = _history.NextEvent();
    }
}
