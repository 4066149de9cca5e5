using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>Which end-of-line a COPY uses; the first line says.</summary>
internal enum LineEnding
{
    /// <summary>Not seen yet.</summary>
    Unknown,

    /// <summary>Line feed.</summary>
    Feed,

    /// <summary>Carriage return and line feed.</summary>
    ReturnAndFeed,
}

/// <summary>Finds where a record of text or CSV data ends.</summary>
internal sealed class CopyLines(CopyBuffer buffer, CopyOptions options)
{
    private LineEnding _ending;

    /// <summary>
    /// The next record without its line ending, and how many bytes to take off the buffer for it; false at the end of
    /// the data. Lines counts the lines it spans.
    /// </summary>
    public async ValueTask<(bool Found, int Length, int Taken, int Lines)> NextAsync(CancellationToken cancellation)
    {
        int scanned = 0;
        bool isQuoted = false;
        bool isEscaped = false;
        int lines = 1;
        while (true)
        {
            int end = Scan(ref scanned, ref isQuoted, ref isEscaped, ref lines);
            if (end >= 0) return Complete(end, lines);
            if (await buffer.FillAsync(cancellation)) continue;
            if (isQuoted) throw new SqlException(SqlStates.BadCopyFileFormat, "unterminated CSV quoted field");
            int rest = buffer.Pending.Length;
            return rest == 0 ? (false, 0, 0, 0) : (true, WithoutReturn(rest), rest, lines);
        }
    }

    private (bool, int, int, int) Complete(int end, int lines)
    {
        bool hasReturn = end > 0 && buffer.Pending[end - 1] == (byte)'\r';
        if (_ending == LineEnding.Unknown) _ending = hasReturn ? LineEnding.ReturnAndFeed : LineEnding.Feed;
        return (true, _ending == LineEnding.ReturnAndFeed && hasReturn ? end - 1 : end, end + 1, lines);
    }

    private int WithoutReturn(int length) =>
        _ending == LineEnding.ReturnAndFeed && buffer.Pending[length - 1] == (byte)'\r' ? length - 1 : length;

    /// <summary>Looks on for a line feed that ends the record; -1 when more bytes are needed.</summary>
    private int Scan(ref int scanned, ref bool isQuoted, ref bool isEscaped, ref int lines)
    {
        ReadOnlySpan<byte> bytes = buffer.Pending;
        bool isCsv = options.Format == CopyFormat.Csv;
        for (; scanned < bytes.Length; scanned++)
        {
            byte value = bytes[scanned];
            if (isEscaped)
            {
                isEscaped = false;
                if (value == (byte)'\n') lines++;
                continue;
            }

            if (!isCsv)
            {
                if (value == (byte)'\\') isEscaped = true;
                else if (value == (byte)'\n') return scanned;
                continue;
            }

            if (isQuoted && value == options.Escape && options.Escape != options.Quote) isEscaped = true;
            else if (value == options.Quote) isQuoted = !isQuoted;
            else if (value == (byte)'\n' && !isQuoted) return scanned;
            else if (value == (byte)'\n') lines++;
        }

        return -1;
    }
}
