using Lintel.DataDriven;
using Lintel.Primitives.Time;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Xunit;

namespace Lintel.Simulation.Tests.Checkers;

public sealed class CheckerTests
{
    public static TheoryData<string> Files => new(DataFile.List("Checkers/Files"));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_checker_finds_what_is_planted_and_passes_what_is_legal(string path) => DataFile.Run(path, Handle);

    private static string Handle(DataCommand command)
    {
        IReadOnlyList<Anomaly> anomalies = command.Verb switch
        {
            "register" => RegisterChecker.Check(HistoryScript.Build(command, Register)),
            "append" => AppendChecker.Check(HistoryScript.Build(command, Append)),
            "bank" => BankChecker.Check(
                HistoryScript.Build(command, Bank), (int)command.Number("accounts"), command.Number("total")),
            "long-fork" => LongForkChecker.Check(HistoryScript.Build(command, LongFork)),
            "monotonic" => MonotonicChecker.Check(HistoryScript.Build(command, Monotonic)),
            "commit-order" => CommitOrderChecker.Check(HistoryScript.Build(command, Monotonic), insert => insert.Committed),
            "set" => SetChecker.Check(HistoryScript.Build(command, Set)),
            "sequential" => SequentialChecker.Check(HistoryScript.Build(command, Sequential)),
            "comments" => CommentsChecker.Check(HistoryScript.Build(command, Comments)),
            _ => throw command.UnknownVerb(),
        };
        command.RequireAllRead();
        return anomalies.Count == 0 ? "clean" : string.Join('\n', anomalies.Select(a => a.ToString().TrimEnd()));
    }

    // read 5 | read nil | write 5 | cas 5 6 | cas 5 6 refused
    private static RegisterOperation Register(IReadOnlyList<string> steps)
    {
        string[] words = steps[0].Split(' ');
        return words[0] switch
        {
            "read" => new RegisterOperation(RegisterKind.Read, 1, Value(words[1])),
            "write" => new RegisterOperation(RegisterKind.Write, 1, Value(words[1])),
            _ => new RegisterOperation(
                RegisterKind.CompareAndSet, 1, Value(words[2]), Value(words[1]), Swapped: words.Length == 3),
        };
    }

    private static long? Value(string text) => text == "nil" ? null : HistoryScript.Number(text);

    // append k1 5; read k1 [1 5]
    private static AppendTransaction Append(IReadOnlyList<string> steps) => new([.. steps.Select(step =>
    {
        string[] words = step.Split(' ', 3);
        int key = (int)HistoryScript.Number(words[1][1..]);
        return words[0] == "append"
            ? AppendStep.Append(key, HistoryScript.Number(words[2]))
            : AppendStep.ReadList(key, words[2] == "?" ? null : HistoryScript.List(words[2]));
    })]);

    // transfer 0 1 5 | audit [1 2]
    private static BankOperation Bank(IReadOnlyList<string> steps)
    {
        string[] words = steps[0].Split(' ', 2);
        if (words[0] == "audit") return new BankOperation.Audit(HistoryScript.List(words[1]));
        IReadOnlyList<long> numbers = HistoryScript.List(words[1]);
        return new BankOperation.Transfer((int)numbers[0], (int)numbers[1], numbers[2]);
    }

    // write 3 | read 0 110
    private static LongForkOperation LongFork(IReadOnlyList<string> steps)
    {
        string[] words = steps[0].Split(' ');
        return words[0] == "write"
            ? new LongForkOperation.Write((int)HistoryScript.Number(words[1]))
            : new LongForkOperation.Read((int)HistoryScript.Number(words[1]), [.. words[2].Select(c => c == '1')]);
    }

    // insert 5 at 20
    private static MonotonicInsert Monotonic(IReadOnlyList<string> steps)
    {
        string[] words = steps[0].Split(' ');
        Timestamp at = World.Epoch + TimeSpan.FromMilliseconds(HistoryScript.Number(words[3]));
        return new MonotonicInsert(HistoryScript.Number(words[1]), at);
    }

    // add 5 | read [1 2]
    private static SetOperation Set(IReadOnlyList<string> steps)
    {
        string[] words = steps[0].Split(' ', 2);
        return words[0] == "add"
            ? new SetOperation.Add(HistoryScript.Number(words[1]))
            : new SetOperation.Read(HistoryScript.List(words[1]));
    }

    // write 0 2 | read 0 110
    private static SequentialOperation Sequential(IReadOnlyList<string> steps)
    {
        string[] words = steps[0].Split(' ');
        return words[0] == "write"
            ? new SequentialOperation.Write((int)HistoryScript.Number(words[1]), (int)HistoryScript.Number(words[2]))
            : new SequentialOperation.Read((int)HistoryScript.Number(words[1]), [.. words[2].Select(c => c == '1')]);
    }

    // insert 5 | read [1 2]
    private static CommentsOperation Comments(IReadOnlyList<string> steps)
    {
        string[] words = steps[0].Split(' ', 2);
        return words[0] == "insert"
            ? new CommentsOperation.Insert(HistoryScript.Number(words[1]))
            : new CommentsOperation.Read(HistoryScript.List(words[1]));
    }
}
