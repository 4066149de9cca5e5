using System.Text.RegularExpressions;
using Xunit;

namespace Lintel.Tidy;

/// <summary>docs/testing.md: no test waits for real time, draws real randomness or is switched off without a reason.</summary>
public sealed partial class TestHabitTests
{
    [Fact]
    public void No_test_sleeps_outside_the_real_world_suite()
    {
        var found = from path in Tree.Files("tests", "*.cs")
                    where !Tree.Relative(path).StartsWith("tests/Lintel.Conformance/", StringComparison.Ordinal)
                        && !Tree.Relative(path).StartsWith("tests/Lintel.Tidy/", StringComparison.Ordinal)
                    from line in File.ReadLines(path)
                    where Sleeping().IsMatch(line)
                    select $"{Tree.Relative(path)}: {line.Trim()}";
        Assert.Empty(found);
    }

    [Fact]
    public void A_skipped_test_names_its_issue()
    {
        var found = from path in Tree.Files("tests", "*.cs")
                    from line in File.ReadLines(path)
                    where Skipped().IsMatch(line) && !line.Contains("issue ", StringComparison.Ordinal)
                    select $"{Tree.Relative(path)}: {line.Trim()}";
        Assert.Empty(found);
    }

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\((\d|TimeSpan[^,]*\)\s*[;)])|new Random\(|Random\.Shared", RegexOptions.None, 1000)]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"Skip\s*=\s*""", RegexOptions.None, 1000)]
    private static partial Regex Skipped();
}
