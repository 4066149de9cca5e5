using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>
/// The bytes of a COPY FROM STDIN, from chunks cut anywhere. Holds no more than the record that is being read and the
/// rest of its chunk.
/// </summary>
internal sealed class CopyBuffer(ICopySource source)
{
    /// <summary>The longest record: 256 MB, as long as a value may be.</summary>
    private const int RecordBytesMax = 256 << 20;

    private byte[] _bytes = new byte[8192];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>What has been received and not taken. Valid until the next <see cref="FillAsync"/>.</summary>
    public ReadOnlySpan<byte> Pending => _bytes.AsSpan(_start, _end - _start);

    /// <summary>The same as memory.</summary>
    public ReadOnlyMemory<byte> PendingMemory => _bytes.AsMemory(_start, _end - _start);

    /// <summary>Takes bytes off the front of <see cref="Pending"/>.</summary>
    public void Take(int count) => _start += count;

    /// <summary>Receives more; false at the end of the data.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        while (!_isAtEnd)
        {
            ReadOnlyMemory<byte>? chunk = await source.ReadAsync(cancellation);
            if (chunk is null)
            {
                _isAtEnd = true;
                break;
            }

            if (chunk.Value.IsEmpty) continue;
            Append(chunk.Value.Span);
            return true;
        }

        return false;
    }

    /// <summary>Reads to the end and forgets what comes: after the end marker.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellation)
    {
        _start = _end = 0;
        while (await FillAsync(cancellation)) _start = _end = 0;
    }

    private void Append(ReadOnlySpan<byte> chunk)
    {
        int pending = _end - _start;
        if (pending + chunk.Length > RecordBytesMax)
        {
            throw new SqlException(
                SqlStates.ProgramLimitExceeded, $"a record of COPY data is longer than {RecordBytesMax} bytes");
        }

        if (_bytes.Length - _end < chunk.Length)
        {
            byte[] target = _bytes;
            if (_bytes.Length < pending + chunk.Length)
                target = new byte[Math.Max(pending + chunk.Length, Math.Min(_bytes.Length * 2, RecordBytesMax))];
            _bytes.AsSpan(_start, pending).CopyTo(target);
            (_bytes, _start, _end) = (target, 0, pending);
        }

        chunk.CopyTo(_bytes.AsSpan(_end));
        _end += chunk.Length;
    }
}
