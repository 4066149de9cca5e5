using System.Globalization;
using Lintel.DataDriven;
using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Tests.Checkers;

/// <summary>
/// Builds a history from lines such as <c>c1 10..20 ok: append k1 5; read k1 [1 5]</c>: client, begin and end in
/// milliseconds, outcome, and steps. An end of <c>?</c> is an unknown outcome.
/// </summary>
internal static class HistoryScript
{
    public static History<T> Build<T>(DataCommand command, Func<IReadOnlyList<string>, T> parse)
    {
        long now = 0;
        var history = new History<T>(() => World.Epoch + TimeSpan.FromMilliseconds(now));
        var events = new List<(long At, int Order, Action Act)>();
        foreach (string line in command.InputLines) Add(line);
        foreach ((long at, _, Action act) in events.OrderBy(e => (e.At, e.Order)))
        {
            now = at;
            act();
        }

        return history;

        void Add(string line)
        {
            string[] halves = line.Split(": ", 2);
            string[] head = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] times = head[1].Split("..");
            T payload = parse(halves[1].Split(';', StringSplitOptions.TrimEntries));
            Operation<T>? operation = null;
            events.Add((Number(times[0]), events.Count, () => operation = history.Invoke((int)Number(head[0][1..]), payload)));
            if (times[1] == "?") return;
            Action complete = head[2] switch
            {
                "ok" => () => operation!.Succeed(payload),
                "fail" => () => operation!.Fail(),
                _ => throw command.Wrong($"no such outcome: {line}"),
            };
            events.Add((Number(times[1]), events.Count, complete));
        }
    }

    public static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    public static IReadOnlyList<long> List(string text) =>
        [.. text.Trim('[', ']').Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)];
}
