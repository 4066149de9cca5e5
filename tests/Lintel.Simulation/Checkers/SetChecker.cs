using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// Every read shows each element whose addition was acknowledged before the read began, none twice, and none whose
/// addition failed or was never tried. An element in doubt may show; then it must keep showing.
/// </summary>
public static class SetChecker
{
    /// <summary>Lost, duplicate and phantom elements.</summary>
    public static IReadOnlyList<Anomaly> Check(History<SetOperation> history)
    {
        var adds = new SortedDictionary<long, Operation<SetOperation>>();
        foreach (Operation<SetOperation> operation in history.Operations)
        {
            if (operation.Payload is SetOperation.Add add) adds.Add(add.Element, operation);
        }

        // Since when an element must show: its acknowledgement, or the answer of the first read that showed it.
        var since = new SortedDictionary<long, long>();
        foreach ((long element, Operation<SetOperation> add) in adds)
        {
            if (add.Outcome is OperationOutcome.Ok) since[element] = add.CompleteOrder;
        }

        var anomalies = new List<Anomaly>();
        foreach (Operation<SetOperation> read in ReadsByAnswer(history))
        {
            IReadOnlyList<long> elements = ((SetOperation.Read)read.Payload).Elements!;
            CheckRead(read, elements, adds, since, anomalies);
            foreach (long element in elements)
                since[element] = Math.Min(since.GetValueOrDefault(element, long.MaxValue), read.CompleteOrder);
        }

        return anomalies;
    }

    /// <summary>Additions in doubt that the last read shows: they happened after all.</summary>
    public static int Recovered(History<SetOperation> history)
    {
        if (ReadsByAnswer(history) is not [.., var last]) return 0;
        var shown = new HashSet<long>(((SetOperation.Read)last.Payload).Elements!);
        return history.Operations.Count(operation => operation.Outcome is OperationOutcome.Unknown
            && operation.Payload is SetOperation.Add add && shown.Contains(add.Element));
    }

    private static List<Operation<SetOperation>> ReadsByAnswer(History<SetOperation> history)
    {
        var reads = new List<Operation<SetOperation>>();
        foreach (Operation<SetOperation> operation in history.Operations)
        {
            if (operation is { Outcome: OperationOutcome.Ok, Payload: SetOperation.Read { Elements: not null } })
                reads.Add(operation);
        }

        reads.Sort(static (a, b) => a.CompleteOrder.CompareTo(b.CompleteOrder));
        return reads;
    }

    private static void CheckRead(
        Operation<SetOperation> read, IReadOnlyList<long> elements, SortedDictionary<long, Operation<SetOperation>> adds,
        SortedDictionary<long, long> since, List<Anomaly> anomalies)
    {
        var shown = new HashSet<long>();
        foreach (long element in elements)
        {
            if (anomalies.Count >= Anomaly.Enough) return;
            if (!shown.Add(element)) anomalies.Add(new Anomaly("duplicate", $"{element} shows twice in {read}"));
            if (!adds.TryGetValue(element, out Operation<SetOperation>? add))
                anomalies.Add(new Anomaly("phantom", $"nobody added {element}, which shows in {read}"));
            else if (add.Outcome is OperationOutcome.Fail || read.Precedes(add))
                anomalies.Add(new Anomaly("phantom", $"what shows in\n  {read}\ncannot have been added by\n  {add}"));
        }

        foreach ((long element, long from) in since)
        {
            if (anomalies.Count >= Anomaly.Enough) return;
            if (from < read.InvokeOrder && !shown.Contains(element))
                anomalies.Add(new Anomaly("lost", $"{element} does not show in\n  {read}\n  {adds.GetValueOrDefault(element)}"));
        }
    }
}
