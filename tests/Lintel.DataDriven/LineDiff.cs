using System.Text;

namespace Lintel.DataDriven;

/// <summary>A line-by-line difference of two short texts, by longest common subsequence.</summary>
internal static class LineDiff
{
    /// <summary>Lines of both texts: <c>- </c> only expected, <c>+ </c> only actual, two blanks for both.</summary>
    public static string Render(string expected, string actual)
    {
        string[] old = Lines(expected);
        string[] now = Lines(actual);
        int[,] common = CommonSuffixLengths(old, now);
        var text = new StringBuilder();
        int i = 0, j = 0;
        while (i < old.Length || j < now.Length)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                Append(text, "  ", old[i++]);
                j++;
            }
            else if (j == now.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                Append(text, "- ", old[i++]);
            }
            else
            {
                Append(text, "+ ", now[j++]);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string mark, string line) => text.Append(mark).Append(line).Append('\n');

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');

    private static int[,] CommonSuffixLengths(string[] old, string[] now)
    {
        var lengths = new int[old.Length + 1, now.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            for (int j = now.Length - 1; j >= 0; j--)
            {
                lengths[i, j] = old[i] == now[j]
                    ? lengths[i + 1, j + 1] + 1
                    : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        return lengths;
    }
}
