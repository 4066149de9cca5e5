using System.Buffers.Binary;

namespace Lintel.Doors.Postgres.Codec;

/// <summary>How a value is written.</summary>
public enum WireFormat : short
{
    /// <summary>As its type prints.</summary>
    Text = 0,

    /// <summary>As its type's binary send function writes it.</summary>
    Binary = 1,
}

/// <summary>Bind: parameter values for a statement. The spans are slices of the payload.</summary>
public readonly ref struct BindMessage
{
    private readonly ReadOnlySpan<byte> _parameterFormats;
    private readonly ReadOnlySpan<byte> _values;
    private readonly ReadOnlySpan<byte> _resultFormats;

    private BindMessage(
        ReadOnlySpan<byte> portal, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> parameterFormats, int count,
        ReadOnlySpan<byte> values, ReadOnlySpan<byte> resultFormats)
    {
        Portal = portal;
        Statement = statement;
        _parameterFormats = parameterFormats;
        ParameterCount = count;
        _values = values;
        _resultFormats = resultFormats;
    }

    /// <summary>Name of the portal to make; empty for the unnamed one.</summary>
    public ReadOnlySpan<byte> Portal { get; }

    /// <summary>Name of the statement.</summary>
    public ReadOnlySpan<byte> Statement { get; }

    /// <summary>How many values are given.</summary>
    public int ParameterCount { get; }

    /// <summary>How many parameter format codes are given: none is text, one is for all.</summary>
    public int ParameterFormatCount => _parameterFormats.Length / sizeof(short);

    /// <summary>How many result format codes are given: none is text, one is for all.</summary>
    public int ResultFormatCount => _resultFormats.Length / sizeof(short);

    /// <summary>The format code of a parameter; whatever the client sent, so check it.</summary>
    public short ParameterFormat(int parameter) => ParameterFormatCount switch
    {
        0 => 0,
        1 => BinaryPrimitives.ReadInt16BigEndian(_parameterFormats),
        _ => BinaryPrimitives.ReadInt16BigEndian(_parameterFormats[(parameter * sizeof(short))..]),
    };

    /// <summary>A result format code as the client sent it.</summary>
    public short ResultFormat(int index) => BinaryPrimitives.ReadInt16BigEndian(_resultFormats[(index * sizeof(short))..]);

    /// <summary>The values, in order.</summary>
    public ValueEnumerator Values => new(_values);

    /// <summary>Reads a payload; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out BindMessage message)
    {
        var reader = new FieldReader(payload);
        ReadOnlySpan<byte> portal = reader.Text();
        ReadOnlySpan<byte> statement = reader.Text();
        ReadOnlySpan<byte> parameterFormats = reader.Take(reader.Count(sizeof(short)) * sizeof(short));
        int count = reader.Count(sizeof(int));
        int start = payload.Length - reader.Remaining;
        for (int i = 0; i < count && !reader.IsMalformed; i++)
        {
            int length = reader.Int32();
            if (length != -1) reader.Take(length);
        }

        int end = reader.IsMalformed ? start : payload.Length - reader.Remaining;
        ReadOnlySpan<byte> values = payload[start..end];
        ReadOnlySpan<byte> resultFormats = reader.Take(reader.Count(sizeof(short)) * sizeof(short));
        message = new BindMessage(portal, statement, parameterFormats, count, values, resultFormats);
        return reader.IsComplete;
    }

    /// <summary>Goes through parameter values; only over bytes that <see cref="TryParse"/> accepted.</summary>
    public ref struct ValueEnumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal ValueEnumerator(ReadOnlySpan<byte> values) => _rest = values;

        /// <summary>Whether the current value is NULL.</summary>
        public bool IsNull { get; private set; }

        /// <summary>Bytes of the current value.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Goes to the next value.</summary>
        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            int length = BinaryPrimitives.ReadInt32BigEndian(_rest);
            IsNull = length == -1;
            Current = IsNull ? default : _rest.Slice(sizeof(int), length);
            _rest = _rest[(sizeof(int) + Current.Length)..];
            return true;
        }
    }
}
