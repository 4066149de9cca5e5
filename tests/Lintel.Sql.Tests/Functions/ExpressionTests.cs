using System.Text;

namespace Lintel.Sql.Tests.Functions;

/// <summary>
/// Values, types, SQLSTATEs and messages as PostgreSQL 15 has them. The answers in Expressions/ were recorded from it by
/// record.sh; where Lintel means to differ, differences.txt says how and why.
/// </summary>
public sealed class ExpressionTests
{
    public static TheoryData<string> Files => [.. RecordedAnswers.Files()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Expressions_have_the_answers_of_PostgreSQL(string file)
    {
        var run = new ExpressionRun();
        Dictionary<string, List<string>> differences = RecordedAnswers.Read("differences.txt")
            .ToDictionary(line => line.Text, line => line.Answers, StringComparer.Ordinal);
        var report = new StringBuilder();
        int wrong = 0;
        foreach (RecordedLine line in RecordedAnswers.Read(Path.Combine("Expressions", file)))
        {
            if (line.IsSetting)
            {
                string[] words = line.Text.Split(' ', 5);
                run.Set(words[2], words[4].Trim('\''));
                continue;
            }

            List<string> expected = differences.GetValueOrDefault(line.Text) ?? line.Answers;
            List<string> actual = run.Evaluate(line.Text);
            if (actual.SequenceEqual(expected)) continue;
            wrong++;
            report.Append($"\n{file}:{line.Number}: {line.Text}\n    wanted {string.Join(" | ", expected)}\n    got    {string.Join(" | ", actual)}");
        }

        Assert.True(wrong == 0, $"{wrong} differ:{report}");
    }

    [Fact]
    public void Every_declared_difference_is_one()
    {
        Dictionary<string, List<string>> recorded = RecordedAnswers.Files()
            .SelectMany(file => RecordedAnswers.Read(Path.Combine("Expressions", file)))
            .Where(line => !line.IsSetting)
            .GroupBy(line => line.Text, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Answers, StringComparer.Ordinal);
        foreach (RecordedLine difference in RecordedAnswers.Read("differences.txt"))
        {
            Assert.True(recorded.TryGetValue(difference.Text, out List<string>? answers), $"nothing was recorded for {difference.Text}");
            Assert.False(answers.SequenceEqual(difference.Answers), $"{difference.Text} is no difference any more");
        }
    }
}
