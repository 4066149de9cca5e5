using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Rows;

/// <summary>
/// How values of one type compare, for sorts, groups, hash joins and set operations: the order of the type's btree
/// operator class, text in the order of code points. Nulls are for the caller to deal with, except in
/// <see cref="AreSame"/>, where null is the same as null.
/// </summary>
public static class ValueOrder
{
    /// <summary>Compares two values that are not null.</summary>
    public static int Compare(in SqlValue a, in SqlValue b, SqlType type)
    {
        switch (type.Kind)
        {
            case SqlKind.Float4 or SqlKind.Float8: return CompareDoubles(a.AsDouble(), b.AsDouble());
            case SqlKind.Text or SqlKind.Varchar or SqlKind.Name or SqlKind.Json or SqlKind.Jsonb or SqlKind.Tid
                or SqlKind.NodeTree or SqlKind.AclItem or SqlKind.Unknown:
                return CompareText(a.AsString(), b.AsString());
            case SqlKind.Bpchar:
                return CompareText(a.AsString().AsSpan().TrimEnd(' '), b.AsString().AsSpan().TrimEnd(' '));
            case SqlKind.Bytea: return a.AsBytes().AsSpan().SequenceCompareTo(b.AsBytes());
            case SqlKind.Numeric: return a.AsNumeric().CompareTo(b.AsNumeric());
            case SqlKind.Interval: return a.AsInterval().CompareTo(b.AsInterval());
            case SqlKind.Timetz: return a.AsTimeWithZone().CompareTo(b.AsTimeWithZone());
            case SqlKind.Uuid: return CompareUuids(a.AsGuid(), b.AsGuid());
            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector:
                return CompareLists(a.AsArray().Items, b.AsArray().Items, type.ElementType, null);
            case SqlKind.Record:
                return CompareLists(a.AsRecord().Fields, b.AsRecord().Fields, default, a.AsRecord().Types);
            case SqlKind.Void: return 0;
            default: return a.AsInt64().CompareTo(b.AsInt64());
        }
    }

    /// <summary>Whether two values are not distinct.</summary>
    public static bool AreSame(in SqlValue a, in SqlValue b, SqlType type) =>
        a.IsNull || b.IsNull ? a.IsNull && b.IsNull : Compare(a, b, type) == 0;

    /// <summary>A hash that is equal for values that are the same.</summary>
    public static int Hash(in SqlValue value, SqlType type)
    {
        if (value.IsNull) return 0;
        switch (type.Kind)
        {
            case SqlKind.Float4 or SqlKind.Float8:
                double number = value.AsDouble();
                return double.IsNaN(number) ? 1 : (number == 0 ? 0.0 : number).GetHashCode();
            case SqlKind.Text or SqlKind.Varchar or SqlKind.Name or SqlKind.Json or SqlKind.Jsonb or SqlKind.Tid
                or SqlKind.NodeTree or SqlKind.AclItem or SqlKind.Unknown:
                return string.GetHashCode(value.AsString(), StringComparison.Ordinal);
            case SqlKind.Bpchar: return string.GetHashCode(value.AsString().AsSpan().TrimEnd(' '), StringComparison.Ordinal);
            case SqlKind.Bytea:
                var hash = default(HashCode);
                hash.AddBytes(value.AsBytes());
                return hash.ToHashCode();
            case SqlKind.Numeric: return value.AsNumeric().GetHashCode();
            case SqlKind.Interval: return value.AsInterval().ComparisonLength.GetHashCode();
            case SqlKind.Timetz: return value.AsTimeWithZone().GetHashCode();
            case SqlKind.Uuid: return value.AsGuid().GetHashCode();
            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector:
                return HashList(value.AsArray().Items, type.ElementType, null);
            case SqlKind.Record: return HashList(value.AsRecord().Fields, default, value.AsRecord().Types);
            case SqlKind.Void: return 0;
            default: return value.AsInt64().GetHashCode();
        }
    }

    private static int CompareDoubles(double a, double b)
    {
        if (double.IsNaN(a)) return double.IsNaN(b) ? 0 : 1;
        if (double.IsNaN(b)) return -1;
        return a < b ? -1 : a > b ? 1 : 0;
    }

    // UTF-16 order is code point order but for surrogates, which sort below U+E000..U+FFFF and should be above.
    private static int CompareText(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        int same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length) return a.Length.CompareTo(b.Length);
        return Rank(a[same]).CompareTo(Rank(b[same]));

        static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
    }

    private static int CompareUuids(Guid a, Guid b)
    {
        Span<byte> left = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        a.TryWriteBytes(left, bigEndian: true, out _);
        b.TryWriteBytes(right, bigEndian: true, out _);
        return left.SequenceCompareTo(right);
    }

    private static int CompareLists(SqlValue[] a, SqlValue[] b, SqlType element, SqlType[]? types)
    {
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (a[i].IsNull || b[i].IsNull)
            {
                if (a[i].IsNull != b[i].IsNull) return a[i].IsNull ? 1 : -1;
                continue;
            }

            int order = Compare(a[i], b[i], types is null ? element : types[i]);
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int HashList(SqlValue[] items, SqlType element, SqlType[]? types)
    {
        var hash = default(HashCode);
        for (int i = 0; i < items.Length; i++) hash.Add(Hash(items[i], types is null ? element : types[i]));
        return hash.ToHashCode();
    }
}

/// <summary>Rows of values as keys of hash tables. Null is the same as null.</summary>
public sealed class RowEquality(SqlType[] types) : IEqualityComparer<SqlValue[]>
{
    /// <inheritdoc/>
    public bool Equals(SqlValue[]? x, SqlValue[]? y)
    {
        for (int i = 0; i < types.Length; i++)
        {
            if (!ValueOrder.AreSame(x![i], y![i], types[i])) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public int GetHashCode(SqlValue[] obj)
    {
        var hash = default(HashCode);
        for (int i = 0; i < types.Length; i++) hash.Add(ValueOrder.Hash(obj[i], types[i]));
        return hash.ToHashCode();
    }
}
