using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>COPY data as comma-separated values: fields may be quoted, and then hold delimiters and line ends.</summary>
internal sealed class CsvCopyReader(CopyBuffer buffer, CopyOptions options, bool[] forceNotNull, bool[] forceNull)
    : LineCopyReader(buffer, options)
{
    /// <inheritdoc/>
    protected override void Split(ReadOnlySpan<byte> line, CopyRecord record)
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
                    bool isEscape = value == Options.Escape && at + 1 < line.Length
                        && (line[at + 1] == Options.Quote || line[at + 1] == Options.Escape);
                    if (isEscape) value = line[++at];
                    else if (value == Options.Quote)
                    {
                        isQuoted = false;
                        continue;
                    }
                }
                else if (value == Options.Quote)
                {
                    isQuoted = wasQuoted = true;
                    continue;
                }
                else if (value == Options.Delimiter)
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
        if (!wasQuoted) return raw.SequenceEqual(NullBytes);
        return column < forceNull.Length && forceNull[column] && raw.Length >= 2 && raw[1..^1].SequenceEqual(NullBytes);
    }
}
