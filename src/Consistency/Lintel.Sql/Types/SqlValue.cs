using System.Runtime.CompilerServices;

namespace Lintel.Sql.Types;

/// <summary>
/// One SQL value without its type: NULL, a 64-bit scalar, or a reference. 16 bytes, copied freely; bool, integers,
/// floats, oids, dates and times never touch the heap. The reader must know the type from the plan: asking for the
/// wrong shape is a bug and throws <see cref="InvalidCastException"/>.
///
/// Shapes by kind. Scalar: bool (0 or 1), int2/4/8, oid and reg* and xid (0 to 2^32-1), "char" (a byte), float4 and
/// float8 (the bits of a double), date (days since 2000-01-01; int.MaxValue and int.MinValue are infinity), time,
/// timestamp and timestamptz (microseconds; long.MaxValue and long.MinValue are infinity). Reference: string (text,
/// varchar, bpchar padded, name, json, jsonb), byte[] (bytea, never changed), <see cref="SqlNumeric"/>,
/// <see cref="SqlInterval"/>, <see cref="Guid"/>, <see cref="SqlArray"/>, <see cref="SqlRecord"/>,
/// <see cref="SqlTimeWithZone"/>. Void is the empty string.
/// </summary>
public readonly struct SqlValue
{
    private static readonly object ScalarMarker = new();

    private readonly object? _reference;
    private readonly long _scalar;

    private SqlValue(object? reference, long scalar)
    {
        _reference = reference;
        _scalar = scalar;
    }

    /// <summary>NULL; also the default of the struct.</summary>
    public static SqlValue Null => default;

    /// <summary>TRUE.</summary>
    public static SqlValue True => new(ScalarMarker, 1);

    /// <summary>FALSE.</summary>
    public static SqlValue False => new(ScalarMarker, 0);

    /// <summary>Whether this is NULL.</summary>
    public bool IsNull => _reference is null;

    /// <summary>Whether this is a scalar (not NULL, not a reference).</summary>
    public bool IsScalar => ReferenceEquals(_reference, ScalarMarker);

    /// <summary>Estimated bytes of the object it refers to; 0 for NULL and scalars.</summary>
    public long HeapBytes => _reference switch
    {
        null => 0,
        string text => 24 + (2L * text.Length),
        byte[] bytes => 24 + bytes.Length,
        SqlArray array => 48 + ArrayBytes(array.Items),
        SqlRecord record => 48 + ArrayBytes(record.Fields),
        _ => IsScalar ? 0 : 64,
    };

    /// <summary>A boolean.</summary>
    public static SqlValue Of(bool value) => new(ScalarMarker, value ? 1 : 0);

    /// <summary>Any integer, oid, date, time or timestamp.</summary>
    public static SqlValue Of(long value) => new(ScalarMarker, value);

    /// <summary>float8, or float4 widened.</summary>
    public static SqlValue Of(double value) => new(ScalarMarker, BitConverter.DoubleToInt64Bits(value));

    /// <summary>text and its kin.</summary>
    public static SqlValue Of(string value) => new(value, 0);

    /// <summary>bytea; the array must not be changed afterwards.</summary>
    public static SqlValue Of(byte[] value) => new(value, 0);

    /// <summary>numeric.</summary>
    public static SqlValue Of(SqlNumeric value) => new(value, 0);

    /// <summary>interval.</summary>
    public static SqlValue Of(SqlInterval value) => new(value, 0);

    /// <summary>time with time zone.</summary>
    public static SqlValue Of(SqlTimeWithZone value) => new(value, 0);

    /// <summary>uuid.</summary>
    public static SqlValue Of(Guid value) => new(value, 0);

    /// <summary>An array.</summary>
    public static SqlValue Of(SqlArray value) => new(value, 0);

    /// <summary>A row.</summary>
    public static SqlValue Of(SqlRecord value) => new(value, 0);

    /// <summary>The value of bool.</summary>
    public bool AsBool() => Scalar() != 0;

    /// <summary>The value of any integer-like scalar: ints, oids, dates, times.</summary>
    public long AsInt64() => Scalar();

    /// <summary>The value of int2, int4, date.</summary>
    public int AsInt32() => (int)Scalar();

    /// <summary>The value of oid and its kin.</summary>
    public uint AsOid() => (uint)Scalar();

    /// <summary>The value of float4 and float8.</summary>
    public double AsDouble() => BitConverter.Int64BitsToDouble(Scalar());

    /// <summary>The value of text and its kin.</summary>
    public string AsString() => Reference<string>();

    /// <summary>The value of bytea; not to be changed.</summary>
    public byte[] AsBytes() => Reference<byte[]>();

    /// <summary>The value of numeric.</summary>
    public SqlNumeric AsNumeric() => Reference<SqlNumeric>();

    /// <summary>The value of interval.</summary>
    public SqlInterval AsInterval() => Reference<SqlInterval>();

    /// <summary>The value of time with time zone.</summary>
    public SqlTimeWithZone AsTimeWithZone() => Reference<SqlTimeWithZone>();

    /// <summary>The value of uuid.</summary>
    public Guid AsGuid() => _reference is Guid guid ? guid : throw WrongShape("uuid");

    /// <summary>The value of an array type, int2vector or oidvector.</summary>
    public SqlArray AsArray() => Reference<SqlArray>();

    /// <summary>The value of a record.</summary>
    public SqlRecord AsRecord() => Reference<SqlRecord>();

    /// <summary>For debuggers and test failures only: values print through the text formats.</summary>
    public override string ToString() => IsNull ? "NULL" : IsScalar ? $"#{_scalar}" : _reference!.ToString()!;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Scalar() => IsScalar ? _scalar : throw WrongShape("scalar");

    private static long ArrayBytes(SqlValue[] items)
    {
        long bytes = 16L * items.Length;
        foreach (ref readonly SqlValue item in items.AsSpan()) bytes += item.HeapBytes;
        return bytes;
    }

    private T Reference<T>()
        where T : class => _reference as T ?? throw WrongShape(typeof(T).Name);

    private InvalidCastException WrongShape(string wanted) =>
        new($"a {wanted} was expected, the value is {(IsNull ? "NULL" : IsScalar ? "a scalar" : _reference!.GetType().Name)}");
}
