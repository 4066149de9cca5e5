using Lintel.Sql.Types;

namespace Lintel.Sql.Execute;

/// <summary>
/// Counts (by estimate) the bytes that the sorts, hash tables and stored rows of one statement hold, and ends the
/// statement with 53200 where the node would otherwise run out of memory.
/// </summary>
public sealed class MemoryMeter(long bytesMax)
{
    private const int ValueBytes = 16;
    private const int RowOverheadBytes = 48;
    private long _bytes;

    /// <summary>Bytes held now.</summary>
    public long Bytes => _bytes;

    /// <summary>Counts a stored row in. Returns what is to be given back with <see cref="Release"/>.</summary>
    public long TakeRow(ReadOnlySpan<SqlValue> row)
    {
        long bytes = RowOverheadBytes + (row.Length * ValueBytes);
        foreach (ref readonly SqlValue value in row) bytes += value.HeapBytes;
        Take(bytes);
        return bytes;
    }

    /// <summary>Counts bytes in.</summary>
    public void Take(long bytes)
    {
        _bytes += bytes;
        if (_bytes <= bytesMax) return;
        throw new SqlException(
            SqlStates.OutOfMemory, "out of memory",
            detail: $"The statement holds more than {bytesMax} bytes of rows in memory.",
            hint: "Read fewer rows at a time, or add an index that gives the order or the groups asked for.");
    }

    /// <summary>Counts bytes out.</summary>
    public void Release(long bytes) => _bytes -= bytes;
}
