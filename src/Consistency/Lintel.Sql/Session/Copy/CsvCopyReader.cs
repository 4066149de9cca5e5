using System.Text;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>COPY data as comma-separated values: fields may be quoted, and then hold delimiters and line ends.</summary>
internal sealed class CsvCopyReader(CopyBuffer buffer, CopyOptions options, bool[] forceNotNull, bool[] forceNull)
    : CopyReader(buffer)
{
    private readonly CopyLines _lines = new(buffer, options);
    private readonly byte[] _null = Encoding.UTF8.GetBytes(options.NullText);
    private bool _isDone;

    /// <inheritdoc/>
    public override async ValueTask<bool> ReadAsync(CopyRecord record, CancellationToken cancellation)
    {
        record.Clear();
        if (_isDone) return false;
        (bool found, int length, int taken, int lines) = await _lines.NextAsync(cancellation);
        if (!found) return false;
        Line++;
        ReadOnlySpan<byte> line = Buffer.Pending[..length];
        if (line.SequenceEqual("\\."u8))
        {
            _isDone = true;
            await Buffer.DrainAsync(cancellation);
            return false;
        }

        Split(line, record);
        Line += lines - 1;
        Buffer.Take(taken);
        return true;
    }

    private void Split(ReadOnlySpan<byte> line, CopyRecord record)
    {
        int at = 0;
        while (true)
        {
            int start = at;
            bool wasQuoted = false;
            bool isQuoted = false;
            for (; at < line.Length; at++)
            {
                byte value = line[at];
                if (isQuoted)
                {
                    bool isEscape = value == options.Escape && at + 1 < line.Length
                        && (line[at + 1] == options.Quote || line[at + 1] == options.Escape);
                    if (isEscape) value = line[++at];
                    else if (value == options.Quote)
                    {
                        isQuoted = false;
                        continue;
                    }
                }
                else if (value == options.Quote)
                {
                    isQuoted = wasQuoted = true;
                    continue;
                }
                else if (value == options.Delimiter)
                {
                    break;
                }

                record.Add(value);
            }

            if (isQuoted) throw new SqlException(SqlStates.BadCopyFileFormat, "unterminated CSV quoted field");
            record.EndField(IsNull(record.Count, line[start..at], wasQuoted));
            if (at >= line.Length) return;
            at++;
        }
    }

    private bool IsNull(int column, ReadOnlySpan<byte> raw, bool wasQuoted)
    {
        if (column < forceNotNull.Length && forceNotNull[column]) return false;
        if (!wasQuoted) return raw.SequenceEqual(_null);
        return column < forceNull.Length && forceNull[column] && raw.Length >= 2 && raw[1..^1].SequenceEqual(_null);
    }
}
