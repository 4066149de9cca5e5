using System.Text;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session;
using Lintel.Sql.Session.Copy;
using Lintel.Sql.Types;

namespace Lintel.Sql.Tests.Session;

/// <summary>Records of COPY data, whatever pieces the data comes in.</summary>
public sealed class CopyReaderTests
{
    [Theory]
    [InlineData("1\ta\n2\tb\n", "1|a;2|b")]
    [InlineData("1\ta\n2\tb", "1|a;2|b")]
    [InlineData("1\ta\r\n2\tb\r\n", "1|a;2|b")]
    [InlineData("\\N\t\\\\N\t\n", "NULL|\\N|")]
    [InlineData("a\\tb\\nc\t\\x41\\102\\q\n", "a\tb\nc|ABq")]
    [InlineData("one\\\ntwo\tx\n", "one\ntwo|x")]
    [InlineData("1\n\\.\n2\n", "1")]
    [InlineData("20\tx\t2026-01-01\n\\.\nafter the end\n", "20|x|2026-01-01")]
    [InlineData("\n", "")]
    [InlineData("", null)]
    public async Task Text_is_read_the_same_in_any_pieces(string data, string? expected) =>
        await ReadAllAsync(data, "COPY t FROM STDIN", expected ?? "(none)");

    [Theory]
    [InlineData("1,a\n2,b\n", "1|a;2|b")]
    [InlineData("1,\"a, \"\"b\"\"\nc\"\r\n", "1|a, \"b\"\nc")]
    [InlineData("1,\n", "1|NULL")]
    [InlineData("1,\"\"\n", "1|")]
    [InlineData("a\"b,c\"d,e\n", "ab,cd|e")]
    [InlineData("1\n\\.\n2\n", "1")]
    public async Task Csv_is_read_the_same_in_any_pieces(string data, string expected) =>
        await ReadAllAsync(data, "COPY t FROM STDIN CSV", expected);

    [Fact]
    public async Task An_open_quote_at_the_end_is_refused()
    {
        SqlException refused = await Assert.ThrowsAsync<SqlException>(
            async () => await ReadAllAsync("1,\"a\n", "COPY t FROM STDIN CSV", ""));
        Assert.Equal(SqlStates.BadCopyFileFormat, refused.Error.SqlState);
    }

    private static async Task ReadAllAsync(string data, string statement, string expected)
    {
        CopyOptions options = CopyOptions.Read((CopyStatement)SqlParser.Parse(statement)[0].Statement);
        byte[] bytes = Encoding.UTF8.GetBytes(data);
        for (int size = 1; size <= bytes.Length + 1; size++)
        {
            var buffer = new CopyBuffer(new Pieces(bytes, size));
            CopyReader reader = options.Format == CopyFormat.Csv
                ? new CsvCopyReader(buffer, options, [], [])
                : new TextCopyReader(buffer, options);
            var record = new CopyRecord();
            var rows = new List<string>();
            while (await reader.ReadAsync(record, CancellationToken.None)) rows.Add(Show(record));
            Assert.Equal(expected, rows.Count == 0 ? "(none)" : string.Join(';', rows));
        }
    }

    private static string Show(CopyRecord record) => string.Join('|', Enumerable.Range(0, record.Count).Select(
        i => record.IsNull(i) ? "NULL" : Encoding.UTF8.GetString(record[i])));

    private sealed class Pieces(byte[] bytes, int size) : ICopySource
    {
        private int _at;

        public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
        {
            if (_at >= bytes.Length) return ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
            ReadOnlyMemory<byte> piece = bytes.AsMemory(_at, Math.Min(size, bytes.Length - _at));
            _at += piece.Length;
            return ValueTask.FromResult<ReadOnlyMemory<byte>?>(piece);
        }
    }
}
