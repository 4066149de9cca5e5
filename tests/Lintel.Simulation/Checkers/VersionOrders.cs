using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// Who appended what, and in which order: the order of a list's versions is that of its longest read, and every other
/// read must be a prefix of it. What contradicts that is an anomaly by itself and is reported here.
/// </summary>
internal sealed class VersionOrders
{
    private static readonly List<long> None = [];
    private readonly Dictionary<(int Key, long Value), Operation<AppendTransaction>> _writers = [];
    private readonly SortedDictionary<int, List<long>> _orders = [];
    private readonly SortedDictionary<int, List<(long Value, Operation<AppendTransaction> Writer)>> _unseen = [];
    private readonly List<Anomaly> _anomalies;

    public VersionOrders(History<AppendTransaction> history, List<Anomaly> anomalies)
    {
        _anomalies = anomalies;
        foreach (Operation<AppendTransaction> operation in history.Operations) AddWrites(operation);
        foreach (Operation<AppendTransaction> operation in history.Operations)
        {
            if (operation.Outcome is OperationOutcome.Ok) AddReads(operation);
        }

        foreach (Operation<AppendTransaction> operation in history.Operations)
        {
            if (operation.Outcome is OperationOutcome.Ok) CheckReads(operation);
        }

        foreach (Operation<AppendTransaction> operation in history.Operations) CollectUnseen(operation);
    }

    /// <summary>The lists and the order of their values.</summary>
    public IReadOnlyDictionary<int, List<long>> Orders => _orders;

    /// <summary>The order of one list's values, as far as it was read.</summary>
    public List<long> OrderOf(int key) => _orders.GetValueOrDefault(key, None);

    /// <summary>Who appended a value; null for a value nobody appended.</summary>
    public Operation<AppendTransaction>? WriterOf(int key, long value) => _writers.GetValueOrDefault((key, value));

    /// <summary>Appends that happened and that no read shows: they come after all that was read of their list.</summary>
    public List<(long Value, Operation<AppendTransaction> Writer)> UnseenOf(int key) => _unseen.GetValueOrDefault(key, []);

    /// <summary>What a read shows of others: the list without the transaction's own appends before it.</summary>
    public static int ExternalLength(Operation<AppendTransaction> operation, int step)
    {
        AppendStep read = operation.Payload.Steps[step];
        int own = 0;
        for (int i = 0; i < step; i++)
        {
            if (operation.Payload.Steps[i].IsAppend && operation.Payload.Steps[i].Key == read.Key) own++;
        }

        return Math.Max(0, read.Read!.Count - own);
    }

    private void AddWrites(Operation<AppendTransaction> operation)
    {
        foreach (AppendStep step in operation.Payload.Steps)
        {
            if (step.Value is { } value && !_writers.TryAdd((step.Key, value), operation))
                throw new ArgumentException($"k{step.Key} {value} is appended twice by the workload: {operation}");
        }
    }

    private void AddReads(Operation<AppendTransaction> operation)
    {
        foreach (AppendStep step in operation.Payload.Steps)
        {
            if (step.Read is not { } read) continue;
            if (read.Distinct().Count() != read.Count)
            {
                Report("duplicate", $"a value is in the list twice:\n  {operation}");
                continue;
            }

            if (read.Count > OrderOf(step.Key).Count) _orders[step.Key] = [.. read];
        }
    }

    private void CheckReads(Operation<AppendTransaction> operation)
    {
        for (int i = 0; i < operation.Payload.Steps.Count; i++)
        {
            if (operation.Payload.Steps[i].Read is not { } read) continue;
            int key = operation.Payload.Steps[i].Key;
            if (!OrderOf(key).Take(read.Count).SequenceEqual(read))
                Report("incompatible order", $"k{key} was also read as [{string.Join(' ', OrderOf(key))}]:\n  {operation}");
            CheckInternal(operation, i);
            CheckWriters(operation, key, read, ExternalLength(operation, i));
        }
    }

    // A transaction sees its own appends at the end, and between them always the same list.
    private void CheckInternal(Operation<AppendTransaction> operation, int at)
    {
        IReadOnlyList<AppendStep> steps = operation.Payload.Steps;
        var expected = new List<long>();
        int known = -1;
        for (int i = 0; i < at; i++)
        {
            if (steps[i].Key != steps[at].Key) continue;
            if (steps[i].Value is { } value)
            {
                expected.Add(value);
            }
            else if (steps[i].Read is { } earlier)
            {
                expected = [.. earlier];
                known = i;
            }
        }

        IReadOnlyList<long> read = steps[at].Read!;
        bool holds = known >= 0 ? read.SequenceEqual(expected) : read.TakeLast(expected.Count).SequenceEqual(expected);
        if (!holds) Report("internal", $"step {at + 1} does not agree with the steps before it:\n  {operation}");
    }

    private void CheckWriters(Operation<AppendTransaction> operation, int key, IReadOnlyList<long> read, int external)
    {
        for (int i = 0; i < external; i++)
        {
            Operation<AppendTransaction>? writer = WriterOf(key, read[i]);
            if (writer is null) Report("phantom", $"nobody appended {read[i]} to k{key}:\n  {operation}");
            else if (writer.Outcome is OperationOutcome.Fail)
                Report("G1a", $"{read[i]} in k{key} was appended by a transaction that failed:\n  {operation}\n  {writer}");
        }

        if (external > 0 && WriterOf(key, read[external - 1]) is { } last && last != operation)
        {
            long final = last.Payload.Steps.Last(step => step.IsAppend && step.Key == key).Value!.Value;
            if (final != read[external - 1])
                Report("G1b", $"k{key} ends in the middle of a transaction's appends:\n  {operation}\n  {last}");
        }
    }

    private void CollectUnseen(Operation<AppendTransaction> writer)
    {
        if (writer.Outcome is not OperationOutcome.Ok) return;
        foreach (AppendStep step in writer.Payload.Steps)
        {
            if (step.Value is not { } value || OrderOf(step.Key).Contains(value)) continue;
            if (!_unseen.TryGetValue(step.Key, out var list)) _unseen[step.Key] = list = [];
            list.Add((value, writer));
        }
    }

    private void Report(string kind, string text)
    {
        if (_anomalies.Count < Anomaly.Enough) _anomalies.Add(new Anomaly(kind, text));
    }
}
