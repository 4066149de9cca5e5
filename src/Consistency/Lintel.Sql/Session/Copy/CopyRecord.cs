namespace Lintel.Sql.Session.Copy;

/// <summary>The fields of one record of COPY data. Used again for the next record.</summary>
internal sealed class CopyRecord
{
    private readonly List<(int Start, int Length, bool IsNull)> _fields = [];
    private byte[] _bytes = new byte[1024];
    private int _length;
    private int _fieldStart;

    /// <summary>How many fields there are.</summary>
    public int Count => _fields.Count;

    /// <summary>Forgets the fields.</summary>
    public void Clear()
    {
        _fields.Clear();
        _length = _fieldStart = 0;
    }

    /// <summary>Adds a byte to the field that is being read.</summary>
    public void Add(byte value)
    {
        if (_length == _bytes.Length) Array.Resize(ref _bytes, _bytes.Length * 2);
        _bytes[_length++] = value;
    }

    /// <summary>Adds bytes to the field that is being read.</summary>
    public void Add(ReadOnlySpan<byte> values)
    {
        if (_bytes.Length - _length < values.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + values.Length));
        values.CopyTo(_bytes.AsSpan(_length));
        _length += values.Length;
    }

    /// <summary>The field that is being read is complete.</summary>
    public void EndField(bool isNull)
    {
        _fields.Add((_fieldStart, _length - _fieldStart, isNull));
        _fieldStart = _length;
    }

    /// <summary>Whether a field is NULL.</summary>
    public bool IsNull(int at) => _fields[at].IsNull;

    /// <summary>The bytes of a field.</summary>
    public ReadOnlySpan<byte> this[int at] => _bytes.AsSpan(_fields[at].Start, _fields[at].Length);
}
