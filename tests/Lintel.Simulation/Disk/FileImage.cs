namespace Lintel.Simulation.Disk;

/// <summary>A file's bytes, growing as they are written.</summary>
internal sealed class FileImage
{
    private byte[] _bytes = [];

    public long Length { get; private set; }

    public void Apply(DiskChange change)
    {
        if (change.Bytes is { } bytes) Write(change.Offset, bytes.Span);
        else SetLength(change.Offset);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > Length) SetLength(offset + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan((int)offset));
    }

    public int Read(long offset, Span<byte> buffer)
    {
        if (offset >= Length) return 0;
        int count = (int)Math.Min(buffer.Length, Length - offset);
        _bytes.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    public void SetLength(long length)
    {
        if (length > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Max(length, Math.Min(_bytes.Length * 2L, Array.MaxLength)));
        if (length < Length) _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
        Length = length;
    }

    public void Flip(long offset, byte mask)
    {
        if (offset < Length) _bytes[offset] ^= mask;
    }

    public FileImage Copy()
    {
        var copy = new FileImage();
        copy.Write(0, _bytes.AsSpan(0, (int)Length));
        return copy;
    }
}
