using Lintel.Primitives.Random;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Xunit;

namespace Lintel.Simulation.Tests.Checkers;

/// <summary>Large histories of an atomic model, with failures and doubts, are clean; one change to one answer is found.</summary>
public sealed class LegalHistoryTests
{
    private const int Clients = 16;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Registers_of_an_atomic_model_are_linearizable(ulong seed)
    {
        var model = new SortedDictionary<int, long?>();
        History<RegisterOperation> history = Run(seed, 20_000, 0.02, Ask, Take);
        Assert.Empty(RegisterChecker.Check(history));

        RegisterOperation Ask(Prng random, int number) => new(
            random.Next(3) switch { 0 => RegisterKind.Read, 1 => RegisterKind.Write, _ => RegisterKind.CompareAndSet },
            random.Next(40), number, random.Next(4) == 0 ? null : number - random.Next(100));

        RegisterOperation Take(RegisterOperation asked)
        {
            long? now = model.GetValueOrDefault(asked.Key);
            if (asked.Kind is RegisterKind.Read) return asked with { Value = now };
            bool swaps = asked.Kind is RegisterKind.CompareAndSet && asked.Expected == now;
            if (swaps || asked.Kind is RegisterKind.Write) model[asked.Key] = asked.Value;
            return asked with { Swapped = swaps };
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Appends_of_an_atomic_model_are_strictly_serializable(ulong seed) =>
        Assert.Empty(AppendChecker.Check(Run(seed, 20_000, 0.02, AskAppend, new Lists().Take)));

    [Fact]
    public void One_stale_answer_in_twenty_thousand_appends_is_found()
    {
        var lists = new Lists();
        History<AppendTransaction> history = Run(1, 20_000, 0.02, AskAppend, transaction =>
        {
            lists.IsStale = lists.Taken++ == 9_000;
            return lists.Take(transaction);
        });
        Anomaly found = Assert.Single(AppendChecker.Check(history));
        // Which of the two depends on whether another anti-dependency lies on the shortest way back in session order.
        Assert.Matches("^(G-single|G2-item)-(process|realtime)$", found.Kind);
    }

    [Fact]
    public void The_search_agrees_with_trying_every_order()
    {
        int clean = 0, broken = 0;
        for (ulong seed = 0; seed < 400; seed++)
        {
            History<RegisterOperation> history = Run(seed, 6, 0.2, AskSmall, asked => asked, clients: 3);
            bool expected = SomeOrderWorks(history);
            Assert.Equal(expected, RegisterChecker.Check(history).Count == 0);
            if (expected) clean++;
            else broken++;
        }

        Assert.True(clean > 40 && broken > 40, $"{clean} clean, {broken} broken");
    }

    // Answers are made up, so about half of these cannot be explained.
    private static RegisterOperation AskSmall(Prng random, int number) => random.Next(3) switch
    {
        0 => new(RegisterKind.Read, 0, random.Next(3) is var value and > 0 ? value : null),
        1 => new(RegisterKind.Write, 0, random.Next(1, 3)),
        _ => new(RegisterKind.CompareAndSet, 0, random.Next(1, 3), random.Next(1, 3), random.Chance(0.6)),
    };

    private static bool SomeOrderWorks(History<RegisterOperation> history)
    {
        var operations = history.Operations.Where(o => o.Outcome is not OperationOutcome.Fail).ToList();
        return Try([], null);

        bool Try(List<Operation<RegisterOperation>> done, long? value)
        {
            var left = operations.Except(done).ToList();
            if (left.TrueForAll(o => o.Outcome is OperationOutcome.Unknown)) return true;
            return left.Exists(next => !left.Exists(other => other.Precedes(next)) && Fits(next, value, out long? after)
                && Try([.. done, next], after));
        }

        static bool Fits(Operation<RegisterOperation> operation, long? value, out long? after)
        {
            RegisterOperation asked = operation.Payload;
            bool isUnknown = operation.Outcome is OperationOutcome.Unknown;
            bool matches = asked.Expected == value;
            bool writes = asked.Kind is RegisterKind.Write || (asked.Kind is RegisterKind.CompareAndSet && matches);
            after = writes ? asked.Value : value;
            if (asked.Kind is RegisterKind.Read) return isUnknown || asked.Value == value;
            return asked.Kind is RegisterKind.Write || isUnknown || asked.Swapped == matches;
        }
    }

    private static AppendTransaction AskAppend(Prng random, int number)
    {
        // Lists are left alone after a hundred transactions or so, and never grow long.
        int steps = random.Next(1, 5);
        return new AppendTransaction([.. Enumerable.Range(0, steps).Select(step =>
        {
            int key = (number / 400 * 10) + random.Next(10);
            return random.Next(2) == 0 ? AppendStep.Append(key, (number * 10) + step) : AppendStep.ReadList(key, null);
        })]);
    }

    // Each operation takes effect at one instant between its invocation and its answer. Some answers get lost.
    private static History<T> Run<T>(
        ulong seed, int count, double troubleChance, Func<Prng, int, T> ask, Func<T, T> take, int clients = Clients)
    {
        var random = new Prng(seed);
        long now = 0;
        var history = new History<T>(() => World.Epoch + TimeSpan.FromMilliseconds(now));
        var open = new (Operation<T>? Operation, T? Answer)[clients];
        while (history.Operations.Count < count || Array.Exists(open, slot => slot.Operation is not null))
        {
            now++;
            int client = random.Next(clients);
            (Operation<T>? operation, T? answer) = open[client];
            if (operation is null)
            {
                if (history.Operations.Count < count)
                    open[client] = (history.Invoke(client, ask(random, history.Operations.Count)), default);
            }
            else if (answer is null)
            {
                if (random.Chance(troubleChance)) operation.Fail();
                open[client] = operation.Outcome is OperationOutcome.Fail ? default : (operation, take(operation.Payload));
            }
            else
            {
                if (!random.Chance(troubleChance)) operation.Succeed(answer);
                open[client] = default;
            }
        }

        return history;
    }

    private sealed class Lists
    {
        private readonly SortedDictionary<int, List<long>> _lists = [];

        public int Taken { get; set; }

        public bool IsStale { get; set; }

        public AppendTransaction Take(AppendTransaction asked)
        {
            if (IsStale) return new AppendTransaction([AppendStep.ReadList(_lists.Keys.Last(), [])]);
            return new AppendTransaction([.. asked.Steps.Select(step =>
            {
                if (!_lists.TryGetValue(step.Key, out List<long>? list)) _lists[step.Key] = list = [];
                if (step.Value is not { } value) return step with { Read = [.. list] };
                list.Add(value);
                return step;
            })]);
        }
    }
}
