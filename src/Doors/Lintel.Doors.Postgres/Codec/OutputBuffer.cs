using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Lintel.Doors.Postgres.Codec;

/// <summary>
/// Bytes on their way to a client, in one piece, so that a message's length can be filled in after its values were
/// encoded straight behind it. The memory is pooled and given back whenever the buffer is emptied: an idle connection
/// holds none. It has no bound of its own; whoever writes looks at <see cref="Length"/> and drains.
/// </summary>
public sealed class OutputBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstCapacity = 4 << 10;
    private byte[] _bytes = [];

    /// <summary>Bytes written and not taken yet.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsSpan(Length);
    }

    /// <summary>Forgets what was written and gives the memory back.</summary>
    public void Clear()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>One byte.</summary>
    internal void Byte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    /// <summary>16 bits.</summary>
    internal void Int16(int value)
    {
        Reserve(sizeof(short));
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(Length), unchecked((ushort)value));
        Length += sizeof(short);
    }

    /// <summary>32 bits.</summary>
    internal void Int32(int value)
    {
        Reserve(sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(int);
    }

    /// <summary>Bytes as they are.</summary>
    internal void Bytes(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_bytes.AsSpan(Length));
        Length += value.Length;
    }

    /// <summary>A string and the NUL that ends it. A NUL inside, which the protocol cannot carry, ends it early.</summary>
    internal void Text(string value)
    {
        int nul = value.IndexOf('\0', StringComparison.Ordinal);
        ReadOnlySpan<char> text = nul < 0 ? value : value.AsSpan(0, nul);
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
        _bytes[Length++] = 0;
    }

    /// <summary>Begins a message; the answer is for <see cref="EndMessage"/>, or for <see cref="Cut"/> to take it back.</summary>
    internal int BeginMessage(byte kind)
    {
        int start = Length;
        Reserve(1 + sizeof(int));
        _bytes[start] = kind;
        Length += 1 + sizeof(int);
        return start;
    }

    /// <summary>Fills in the length of the message that began at <paramref name="start"/>.</summary>
    internal void EndMessage(int start) =>
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(start + 1), Length - start - 1);

    /// <summary>Begins a value with its length in front.</summary>
    internal int BeginValue()
    {
        int start = Length;
        Int32(0);
        return start;
    }

    /// <summary>Fills in the length of the value that began at <paramref name="start"/>.</summary>
    internal void EndValue(int start) =>
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(start), Length - start - sizeof(int));

    /// <summary>Takes back everything written since the buffer had <paramref name="length"/> bytes.</summary>
    internal void Cut(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count) Grow(count);
    }

    private void Grow(int count)
    {
        long wanted = Math.Max(Math.Max(FirstCapacity, (long)Length + count), Math.Min(Array.MaxLength, 2L * _bytes.Length));
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked((int)wanted));
        Written.CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
