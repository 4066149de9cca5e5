using System.Text;

namespace Lintel.Sql.Session.Copy;

/// <summary>
/// COPY data in lines: text and CSV. A line with <c>\.</c> alone ends the data; what follows it is read and ignored.
/// </summary>
internal abstract class LineCopyReader(CopyBuffer buffer, CopyOptions options) : CopyReader(buffer)
{
    private readonly CopyLines _lines = new(buffer, options);
    private bool _isDone;

    /// <summary>How the data is written.</summary>
    protected CopyOptions Options { get; } = options;

    /// <summary>The bytes of a field that stand for NULL.</summary>
    protected byte[] NullBytes { get; } = Encoding.UTF8.GetBytes(options.NullText);

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

    /// <summary>Cuts one record, without its line end, into fields.</summary>
    protected abstract void Split(ReadOnlySpan<byte> line, CopyRecord record);
}
