using System.Buffers;
using System.Text;
using Lintel.Primitives.Random;
using Lintel.Sql.Types;

namespace Lintel.Sql.Tests.Types;

/// <summary>Text forms: what is printed reads back, whatever is read is a value or an SQL error, scalars do not allocate.</summary>
public sealed class TextFormatTests
{
    private static readonly SqlType[] Scalars =
    [
        SqlType.Bool, SqlType.Int2, SqlType.Int4, SqlType.Int8, SqlType.Oid, SqlType.Float4, SqlType.Float8, SqlType.Date,
        SqlType.Time, SqlType.Timestamp, SqlType.Timestamptz,
    ];

    [Fact]
    public void What_is_printed_reads_back_to_the_same_value()
    {
        var random = new Prng(1);
        TypeContext[] contexts =
        [
            TypeContext.Default,
            TypeContext.Default with { TimeZone = SqlTimeZone.Find("Asia/Kolkata")!, ByteaOutput = ByteaOutput.Escape },
            TypeContext.Default with { IntervalStyle = IntervalStyle.Iso8601 },
            TypeContext.Default with { IntervalStyle = IntervalStyle.PostgresVerbose },
        ];
        for (int i = 0; i < 20_000; i++)
        {
            TypeContext context = contexts[random.Next(contexts.Length)];
            (SqlValue value, SqlType type) = RandomValues.Any(random);
            string text = TextFormat.ToText(value, type, context);
            SqlValue again = TextFormat.Parse(text, type, context);
            Assert.Equal(text, TextFormat.ToText(again, type, context));
            var output = new ArrayBufferWriter<byte>();
            TextFormat.Write(output, value, type, context);
            Assert.Equal(text, Encoding.UTF8.GetString(output.WrittenSpan));
            SqlValue fromBytes = TextFormat.Parse(output.WrittenSpan, type, context);
            Assert.Equal(text, TextFormat.ToText(fromBytes, type, context));
        }
    }

    [Fact]
    public void Any_text_is_a_value_or_an_SQL_error()
    {
        var random = new Prng(2);
        string[] pieces =
        [
            "1", "12", "2024", "-", "+", ":", ".", " ", "T", "Z", "jan", "bc", "pm", "am", "UTC", "Europe/Berlin", "day", "ago", "P", "{", "}",
            ",", "\"", "\\", "x", "e5", "infinity", "nan", "epoch", "now", "99999999999", "0", "/", "[", "]", "=", "null", "true", "é", "\n", "y",
            "mon", "j", "allballs", "13", "60", "24", "dst", "1e400", "ff", "(", ")", "'",
        ];
        SqlType[] types =
        [
            .. TypeRegistry.All.Select(entry => new SqlType(entry.Kind)),
            SqlType.NumericOf(5, 2), SqlType.VarcharOf(3), SqlType.BpcharOf(3), SqlType.ArrayOf(SqlType.Int4), SqlType.ArrayOf(SqlType.Text),
            SqlType.ArrayOf(SqlType.Timestamptz), SqlType.Interval with { Modifier = IntervalFields.Modifier(IntervalFields.Day, 2) },
        ];
        for (int i = 0; i < 60_000; i++)
        {
            var text = new StringBuilder();
            for (int j = random.Next(8); j > 0; j--) text.Append(random.Pick(pieces));
            SqlType type = random.Pick(types);
            try
            {
                SqlValue value = TextFormat.Parse(text.ToString(), type, TypeContext.Default);
                TextFormat.ToText(value, type, TypeContext.Default);
            }
            catch (SqlException)
            {
                // Refused with an SQLSTATE: that is an answer.
            }
        }
    }

    [Fact]
    public void Scalars_are_printed_and_read_without_allocation()
    {
        var output = new ArrayBufferWriter<byte>(1 << 16);
        foreach (SqlType type in Scalars)
        {
            SqlValue value = RandomValues.Of(type, new Prng(3));
            long allocated = 0;
            for (int round = 0; round < 3; round++)
            {
                output.ResetWrittenCount();
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 100; i++) TextFormat.Write(output, value, type, TypeContext.Default);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Assert.True(allocated == 0, $"{type} allocated {allocated} bytes");
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0x61, 0x00 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    public void Bytes_that_are_no_text_are_refused(byte[] bytes)
    {
        SqlException error = Assert.Throws<SqlException>(() => TextFormat.Parse(bytes, SqlType.Text, TypeContext.Default));
        Assert.Equal(SqlStates.CharacterNotInRepertoire, error.Error.SqlState);
    }

    [Fact]
    public void Floats_print_with_fewer_digits_when_asked()
    {
        TypeContext context = TypeContext.Default with { ExtraFloatDigits = 0 };
        Assert.Equal("0.333333333333333", TextFormat.ToText(SqlValue.Of(1.0 / 3), SqlType.Float8, context));
        Assert.Equal("0.333333", TextFormat.ToText(SqlValue.Of((double)(1.0f / 3)), SqlType.Float4, context));
        Assert.Equal("1e+20", TextFormat.ToText(SqlValue.Of(1e20), SqlType.Float8, context));
        Assert.Equal("100000", TextFormat.ToText(SqlValue.Of(100000.0), SqlType.Float8, context));
    }
}
