using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>
/// A SQL type: its kind, PostgreSQL's type modifier, and for arrays the kind of the elements. Two values of the same
/// kind with different modifiers are still comparable; the modifier constrains storage only.
/// </summary>
/// <param name="Kind">The family.</param>
/// <param name="Modifier">
/// pg_attribute.atttypmod: varchar(n) and char(n) have n + 4, numeric(p, s) has ((p &lt;&lt; 16) | s) + 4, time types
/// their fraction digits; -1 when there is none. For arrays it is the elements' modifier.
/// </param>
/// <param name="Element">The element kind of an array; Unknown otherwise.</param>
public readonly record struct SqlType(SqlKind Kind, int Modifier = -1, SqlKind Element = SqlKind.Unknown)
{
    /// <summary>Header bytes that PostgreSQL counts into the modifier of character types and numeric.</summary>
    public const int ModifierHeader = 4;

    /// <summary>unknown.</summary>
    public static SqlType Unknown { get; } = new(SqlKind.Unknown);

    /// <summary>boolean.</summary>
    public static SqlType Bool { get; } = new(SqlKind.Bool);

    /// <summary>smallint.</summary>
    public static SqlType Int2 { get; } = new(SqlKind.Int2);

    /// <summary>integer.</summary>
    public static SqlType Int4 { get; } = new(SqlKind.Int4);

    /// <summary>bigint.</summary>
    public static SqlType Int8 { get; } = new(SqlKind.Int8);

    /// <summary>real.</summary>
    public static SqlType Float4 { get; } = new(SqlKind.Float4);

    /// <summary>double precision.</summary>
    public static SqlType Float8 { get; } = new(SqlKind.Float8);

    /// <summary>numeric without precision.</summary>
    public static SqlType Numeric { get; } = new(SqlKind.Numeric);

    /// <summary>text.</summary>
    public static SqlType Text { get; } = new(SqlKind.Text);

    /// <summary>varchar without length.</summary>
    public static SqlType Varchar { get; } = new(SqlKind.Varchar);

    /// <summary>bpchar without length.</summary>
    public static SqlType Bpchar { get; } = new(SqlKind.Bpchar);

    /// <summary>bytea.</summary>
    public static SqlType Bytea { get; } = new(SqlKind.Bytea);

    /// <summary>date.</summary>
    public static SqlType Date { get; } = new(SqlKind.Date);

    /// <summary>time.</summary>
    public static SqlType Time { get; } = new(SqlKind.Time);

    /// <summary>time with time zone.</summary>
    public static SqlType Timetz { get; } = new(SqlKind.Timetz);

    /// <summary>timestamp.</summary>
    public static SqlType Timestamp { get; } = new(SqlKind.Timestamp);

    /// <summary>timestamp with time zone.</summary>
    public static SqlType Timestamptz { get; } = new(SqlKind.Timestamptz);

    /// <summary>interval.</summary>
    public static SqlType Interval { get; } = new(SqlKind.Interval);

    /// <summary>uuid.</summary>
    public static SqlType Uuid { get; } = new(SqlKind.Uuid);

    /// <summary>json.</summary>
    public static SqlType Json { get; } = new(SqlKind.Json);

    /// <summary>jsonb.</summary>
    public static SqlType Jsonb { get; } = new(SqlKind.Jsonb);

    /// <summary>oid.</summary>
    public static SqlType Oid { get; } = new(SqlKind.Oid);

    /// <summary>name.</summary>
    public static SqlType Name { get; } = new(SqlKind.Name);

    /// <summary>"char".</summary>
    public static SqlType Char { get; } = new(SqlKind.Char);

    /// <summary>regclass.</summary>
    public static SqlType Regclass { get; } = new(SqlKind.Regclass);

    /// <summary>void.</summary>
    public static SqlType Void { get; } = new(SqlKind.Void);

    /// <summary>record.</summary>
    public static SqlType Record { get; } = new(SqlKind.Record);

    /// <summary>The array of an element type; the modifier is the elements'.</summary>
    public static SqlType ArrayOf(SqlType element) => new(SqlKind.Array, element.Modifier, element.Kind);

    /// <summary>varchar(n).</summary>
    public static SqlType VarcharOf(int length) => new(SqlKind.Varchar, length + ModifierHeader);

    /// <summary>char(n).</summary>
    public static SqlType BpcharOf(int length) => new(SqlKind.Bpchar, length + ModifierHeader);

    /// <summary>numeric(p, s).</summary>
    public static SqlType NumericOf(int precision, int scale) =>
        new(SqlKind.Numeric, ((precision << 16) | (scale & 0x7FF)) + ModifierHeader);

    /// <summary>Whether this is a (one-dimensional) array.</summary>
    public bool IsArray => Kind == SqlKind.Array;

    /// <summary>The type of an array's elements, also of int2vector and oidvector.</summary>
    public SqlType ElementType => Kind switch
    {
        SqlKind.Array => new SqlType(Element, Modifier),
        SqlKind.Int2Vector => Int2,
        SqlKind.OidVector => Oid,
        _ => throw new InvalidOperationException($"{this} has no elements"),
    };

    /// <summary>The same type without its modifier.</summary>
    public SqlType Bare => this with { Modifier = -1 };

    /// <summary>pg_type.oid.</summary>
    public uint TypeOid => IsArray ? TypeRegistry.Of(Element).ArrayOid : TypeRegistry.Of(Kind).Oid;

    /// <summary>pg_type.typlen, as RowDescription sends it.</summary>
    public short Length => IsArray ? (short)-1 : TypeRegistry.Of(Kind).Length;

    /// <summary>pg_type.typname: int4, _int4.</summary>
    public string InternalName => IsArray ? "_" + TypeRegistry.Of(Element).Name : TypeRegistry.Of(Kind).Name;

    /// <summary>pg_type.typcategory.</summary>
    public TypeCategory Category => IsArray ? TypeCategory.Array : TypeRegistry.Of(Kind).Category;

    /// <summary>pg_type.typispreferred.</summary>
    public bool IsPreferred => !IsArray && TypeRegistry.Of(Kind).IsPreferred;

    /// <summary>n of varchar(n) or char(n); null without limit.</summary>
    public int? CharacterLimit => Modifier >= ModifierHeader ? Modifier - ModifierHeader : null;

    /// <summary>p of numeric(p, s); null without limit.</summary>
    public int? NumericPrecision => Modifier >= ModifierHeader ? ((Modifier - ModifierHeader) >> 16) & 0xFFFF : null;

    /// <summary>s of numeric(p, s), may be negative; null without limit.</summary>
    public int? NumericScale => Modifier >= ModifierHeader ? (((Modifier - ModifierHeader) & 0x7FF) ^ 1024) - 1024 : null;

    /// <summary>What format_type(oid, typmod) prints, and error messages say.</summary>
    public string DisplayName
    {
        get
        {
            if (IsArray) return ElementType.DisplayName + "[]";
            string name = TypeRegistry.Of(Kind).DisplayName;
            if (Modifier < 0) return name;
            return Kind switch
            {
                SqlKind.Varchar or SqlKind.Bpchar => string.Create(CultureInfo.InvariantCulture, $"{name}({CharacterLimit})"),
                SqlKind.Numeric => string.Create(CultureInfo.InvariantCulture, $"{name}({NumericPrecision},{NumericScale})"),
                SqlKind.Time => string.Create(CultureInfo.InvariantCulture, $"time({Modifier}) without time zone"),
                SqlKind.Timetz => string.Create(CultureInfo.InvariantCulture, $"time({Modifier}) with time zone"),
                SqlKind.Timestamp => string.Create(CultureInfo.InvariantCulture, $"timestamp({Modifier}) without time zone"),
                SqlKind.Timestamptz => string.Create(CultureInfo.InvariantCulture, $"timestamp({Modifier}) with time zone"),
                _ => name,
            };
        }
    }

    /// <inheritdoc/>
    public override string ToString() => DisplayName;
}
