using System.Buffers;
using System.Runtime.CompilerServices;
using Lintel.Sql.Tests.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Tests.Types;

/// <summary>Binary forms as PostgreSQL's send functions give them; recorded in binary.txt.</summary>
public sealed class BinaryFormatTests
{
    [Fact]
    public void Values_have_the_bytes_of_PostgreSQL_and_are_read_back_from_them()
    {
        var run = new ExpressionRun();
        var wrong = new List<string>();
        foreach ((string expression, string answer) in Recorded())
        {
            (SqlValue value, SqlType type) = run.One(expression);
            byte[] bytes = Write(value, type);
            string text = TextFormat.ToText(value, type, TypeContext.Default);
            string shown = $"{type.Bare.DisplayName}: {text} = {Convert.ToHexStringLower(bytes)}";
            // A cast to text, which recorded the answer, takes the blanks off char(n) and spells out booleans.
            if (type.Kind == SqlKind.Bpchar) shown = shown.Replace("abc  ", "abc", StringComparison.Ordinal);
            if (type.Kind == SqlKind.Bool) shown = shown.Replace(": t ", ": true ", StringComparison.Ordinal).Replace(": f ", ": false ", StringComparison.Ordinal);
            if (shown != answer) wrong.Add($"{expression}: wanted {answer}, got {shown}");
            if (type.Kind == SqlKind.Record) continue;
            SqlValue again = BinaryFormat.Read(bytes, type, TypeContext.Default);
            string textAgain = TextFormat.ToText(again, type, TypeContext.Default);
            if (textAgain != text) wrong.Add($"{expression}: read back as {textAgain}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Random_bytes_are_values_or_SQL_errors()
    {
        var random = new Lintel.Primitives.Random.Prng(7);
        SqlType[] types =
        [
            .. TypeRegistry.All.Select(entry => new SqlType(entry.Kind)),
            .. TypeRegistry.All.Where(entry => entry.ArrayOid != 0).Select(entry => SqlType.ArrayOf(new SqlType(entry.Kind))),
        ];
        for (int i = 0; i < 40_000; i++)
        {
            SqlType type = types[random.Next(types.Length)];
            var bytes = new byte[random.Next(40)];
            for (int j = 0; j < bytes.Length; j++) bytes[j] = (byte)(random.Chance(0.6) ? random.Next(3) : random.Next(256));
            try
            {
                SqlValue value = BinaryFormat.Read(bytes, type, TypeContext.Default);
                TextFormat.ToText(value, type, TypeContext.Default);
                Write(value, type);
            }
            catch (SqlException)
            {
                // Refused with an SQLSTATE: that is an answer.
            }
        }
    }

    private static byte[] Write(SqlValue value, SqlType type)
    {
        var output = new ArrayBufferWriter<byte>();
        BinaryFormat.Write(output, value, type, TypeContext.Default);
        return output.WrittenSpan.ToArray();
    }

    private static IEnumerable<(string Expression, string Answer)> Recorded([CallerFilePath] string caller = "")
    {
        string expression = "";
        foreach (string line in File.ReadLines(Path.Combine(Path.GetDirectoryName(caller)!, "binary.txt")))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal)) yield return (expression, line[2..]);
            else if (line.Length > 0 && line[0] != '#') expression = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        }
    }
}
