namespace Lintel.Sql.Session.Copy;

/// <summary>Reads COPY data record by record.</summary>
internal abstract class CopyReader(CopyBuffer buffer)
{
    /// <summary>Where the bytes come from.</summary>
    protected CopyBuffer Buffer { get; } = buffer;

    /// <summary>The line (or, for binary data, the row) that was read last, from 1.</summary>
    public long Line { get; protected set; }

    /// <summary>Reads the next record; false at the end of the data.</summary>
    public abstract ValueTask<bool> ReadAsync(CopyRecord record, CancellationToken cancellation);
}
