using Lintel.Primitives.Time;

namespace Lintel.Simulation.Histories;

/// <summary>
/// What clients asked and were told, in the order in which it happened in true time. Operations that are never
/// answered stay unknown.
/// </summary>
/// <param name="clock">True time.</param>
public sealed class History<T>(Func<Timestamp> clock)
{
    private readonly List<Operation<T>> _operations = [];
    private long _events;

    /// <summary>The operations, by invocation.</summary>
    public IReadOnlyList<Operation<T>> Operations => _operations;

    /// <summary>Number of operations that happened.</summary>
    public int OkCount => _operations.Count(operation => operation.Outcome is OperationOutcome.Ok);

    /// <summary>Number of operations in doubt.</summary>
    public int UnknownCount => _operations.Count(operation => operation.Outcome is OperationOutcome.Unknown);

    /// <summary>A client asks.</summary>
    public Operation<T> Invoke(int client, T payload)
    {
        var operation = new Operation<T>(this, _operations.Count, client, payload);
        _operations.Add(operation);
        return operation;
    }

    internal (long Order, Timestamp At) NextEvent() => (_events++, clock());
}
