using System.Text;
using Lintel.Primitives.Random;
using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// Linearizability of registers, key by key: is there one order of all operations that respects real time and in which
/// each read and compare-and-set finds what it says? The search of Wing and Gong (1993) with the memory of Lowe (2017),
/// as porcupine does it: operations that may come next are tried in turn, and a set of operations done together with
/// the value they left is never tried twice.
///
/// An unknown write or compare-and-set may take effect at any time after its invocation, or never; an unknown read
/// says nothing; a failed operation did not happen.
/// </summary>
public static class RegisterChecker
{
    /// <summary>The keys whose history cannot be put in order.</summary>
    public static IReadOnlyList<Anomaly> Check(History<RegisterOperation> history)
    {
        var keys = new SortedDictionary<int, List<Operation<RegisterOperation>>>();
        foreach (Operation<RegisterOperation> operation in history.Operations)
        {
            if (operation.Outcome is OperationOutcome.Fail || IsUnknownRead(operation)) continue;
            if (!keys.TryGetValue(operation.Payload.Key, out var list)) keys[operation.Payload.Key] = list = [];
            list.Add(operation);
        }

        var anomalies = new List<Anomaly>();
        foreach (List<Operation<RegisterOperation>> operations in keys.Values)
        {
            if (new Search(operations).Run() is { } stuck) anomalies.Add(stuck);
        }

        return anomalies;
    }

    private static bool IsUnknownRead(Operation<RegisterOperation> operation) =>
        operation.Outcome is OperationOutcome.Unknown && operation.Payload.Kind is RegisterKind.Read;

    // A doubly linked list of calls and returns in order of time. Taking an operation lifts its call and return out;
    // the calls in front of the first return are those that may come next.
    private sealed class Search
    {
        private readonly Node _head;
        private readonly HashSet<(ulong Low, ulong High, long? Value)> _seen = [];
        private readonly Stack<(Node Call, long? Before)> _taken = new();
        private List<Node> _longest = [];
        private long? _value;
        private ulong _low;
        private ulong _high;
        private int _answeredLeft;

        public Search(List<Operation<RegisterOperation>> operations)
        {
            var marks = new Prng(0x5EED);
            var nodes = new List<Node>(operations.Count * 2);
            foreach (Operation<RegisterOperation> operation in operations)
            {
                var call = new Node(operation, operation.InvokeOrder, marks.NextUInt64(), marks.NextUInt64());
                nodes.Add(call);
                if (operation.Outcome is OperationOutcome.Unknown) continue;
                call.Return = new Node(operation, operation.CompleteOrder, 0, 0);
                nodes.Add(call.Return);
                _answeredLeft++;
            }

            nodes.Sort(static (a, b) => a.Order.CompareTo(b.Order));
            _head = new Node(operations[0], -1, 0, 0);
            for (int i = 0; i < nodes.Count; i++) nodes[i].InsertAfter(i == 0 ? _head : nodes[i - 1]);
        }

        /// <summary>Null when an order exists.</summary>
        public Anomaly? Run()
        {
            Node? at = _head.Next;
            while (_answeredLeft > 0)
            {
                if (at is { IsCall: true } && TryTake(at))
                {
                    at = _head.Next;
                }
                else if (at is { IsCall: true })
                {
                    at = at.Next;
                }
                else
                {
                    Remember();
                    if (_taken.Count == 0) return Report();
                    at = PutBack().Next;
                }
            }

            return null;
        }

        private bool TryTake(Node call)
        {
            if (!Step(call.Operation, _value, out long? after)) return false;
            if (!_seen.Add((_low ^ call.Low, _high ^ call.High, after))) return false;
            _taken.Push((call, _value));
            Toggle(call);
            _value = after;
            call.Lift();
            if (call.Return is null) return true;
            call.Return.Lift();
            _answeredLeft--;
            return true;
        }

        private Node PutBack()
        {
            (Node call, long? before) = _taken.Pop();
            if (call.Return is not null)
            {
                call.Return.Restore();
                _answeredLeft++;
            }

            call.Restore();
            Toggle(call);
            _value = before;
            return call;
        }

        private void Toggle(Node call)
        {
            _low ^= call.Low;
            _high ^= call.High;
        }

        private static bool Step(Operation<RegisterOperation> operation, long? value, out long? after)
        {
            RegisterOperation asked = operation.Payload;
            after = value;
            switch (asked.Kind)
            {
                case RegisterKind.Read:
                    return asked.Value == value;
                case RegisterKind.Write:
                    after = asked.Value;
                    return true;
                default:
                    bool matches = asked.Expected == value;
                    if (matches) after = asked.Value;
                    return operation.Outcome is OperationOutcome.Unknown || asked.Swapped == matches;
            }
        }

        private void Remember()
        {
            if (_taken.Count <= _longest.Count) return;
            _longest = [.. _taken.Reverse().Select(taken => taken.Call)];
        }

        private Anomaly Report()
        {
            var text = new StringBuilder($"r{_head.Operation.Payload.Key} has no order; the longest that was found ends with\n");
            foreach (Node call in _longest.TakeLast(8)) text.Append($"  {call.Operation}\n");
            var done = _longest.Select(call => call.Operation.Number).ToHashSet();
            text.Append("and none of these can be next\n");
            long limit = FirstReturn(done);
            for (Node? node = _head.Next; node is not null && node.Order <= limit; node = node.Next)
            {
                if (node.IsCall && !done.Contains(node.Operation.Number)) text.Append($"  {node.Operation}\n");
            }

            return new Anomaly("not linearizable", text.ToString());
        }

        private long FirstReturn(HashSet<int> done)
        {
            Node? node = _head.Next;
            while (node is not null && (node.IsCall || done.Contains(node.Operation.Number))) node = node.Next;
            return node?.Order ?? long.MaxValue;
        }
    }

    private sealed class Node(Operation<RegisterOperation> operation, long order, ulong low, ulong high)
    {
        private Node? _previous;

        public Operation<RegisterOperation> Operation { get; } = operation;

        public long Order { get; } = order;

        // Random marks: the exclusive or of those taken names the set. 128 bits, so that two sets never meet by chance.
        public ulong Low { get; } = low;

        public ulong High { get; } = high;

        public bool IsCall => Low != 0 || High != 0;

        public Node? Return { get; set; }

        public Node? Next { get; private set; }

        public void InsertAfter(Node previous)
        {
            _previous = previous;
            previous.Next = this;
        }

        public void Lift()
        {
            _previous!.Next = Next;
            if (Next is not null) Next._previous = _previous;
        }

        public void Restore()
        {
            _previous!.Next = this;
            if (Next is not null) Next._previous = this;
        }
    }
}
