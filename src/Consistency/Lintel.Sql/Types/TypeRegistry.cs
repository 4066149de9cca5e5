namespace Lintel.Sql.Types;

/// <summary>
/// What pg_type says about each kind: oids, names, sizes, categories. The oids are PostgreSQL 15's, because clients
/// have them compiled in.
/// </summary>
public static class TypeRegistry
{
    private static readonly Entry[] Entries = BuildEntries();
    private static readonly Dictionary<uint, SqlType> ByOid = BuildOids();
    private static readonly Dictionary<string, SqlKind> ByName = BuildNames();

    /// <summary>One row of the registry.</summary>
    /// <param name="Kind">The kind.</param>
    /// <param name="Name">pg_type.typname.</param>
    /// <param name="DisplayName">What format_type prints without a modifier.</param>
    /// <param name="Oid">pg_type.oid.</param>
    /// <param name="ArrayOid">pg_type.typarray; 0 when it has no array type.</param>
    /// <param name="Length">pg_type.typlen: bytes, or -1 for variable, -2 for C strings.</param>
    /// <param name="Category">pg_type.typcategory.</param>
    /// <param name="IsPreferred">pg_type.typispreferred.</param>
    public sealed record Entry(
        SqlKind Kind, string Name, string DisplayName, uint Oid, uint ArrayOid, short Length, TypeCategory Category,
        bool IsPreferred);

    /// <summary>The row of a kind. <see cref="SqlKind.Array"/> itself has none: ask its element.</summary>
    public static Entry Of(SqlKind kind) =>
        Entries[(int)kind] ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "kind has no pg_type row");

    /// <summary>Every row, by kind number.</summary>
    public static IEnumerable<Entry> All
    {
        get
        {
            foreach (Entry? entry in Entries)
                if (entry is not null) yield return entry;
        }
    }

    /// <summary>The type of an oid, element or array; modifier unset.</summary>
    public static bool TryFindOid(uint oid, out SqlType type) => ByOid.TryGetValue(oid, out type);

    /// <summary>The type of an internal name (int4, not integer); "_int4" is the array.</summary>
    public static bool TryFindName(string name, out SqlType type)
    {
        if (ByName.TryGetValue(name, out SqlKind kind))
        {
            type = new SqlType(kind);
            return true;
        }

        if (name.Length > 1 && name[0] == '_' && ByName.TryGetValue(name[1..], out SqlKind element)
            && Of(element).ArrayOid != 0)
        {
            type = SqlType.ArrayOf(new SqlType(element));
            return true;
        }

        type = default;
        return false;
    }

    private static Entry[] BuildEntries()
    {
        Entry[] rows =
        [
            new(SqlKind.Unknown, "unknown", "unknown", 705, 0, -2, TypeCategory.Unknown, false),
            new(SqlKind.Bool, "bool", "boolean", 16, 1000, 1, TypeCategory.Boolean, true),
            new(SqlKind.Int2, "int2", "smallint", 21, 1005, 2, TypeCategory.Numeric, false),
            new(SqlKind.Int4, "int4", "integer", 23, 1007, 4, TypeCategory.Numeric, false),
            new(SqlKind.Int8, "int8", "bigint", 20, 1016, 8, TypeCategory.Numeric, false),
            new(SqlKind.Float4, "float4", "real", 700, 1021, 4, TypeCategory.Numeric, false),
            new(SqlKind.Float8, "float8", "double precision", 701, 1022, 8, TypeCategory.Numeric, true),
            new(SqlKind.Numeric, "numeric", "numeric", 1700, 1231, -1, TypeCategory.Numeric, false),
            new(SqlKind.Text, "text", "text", 25, 1009, -1, TypeCategory.String, true),
            new(SqlKind.Varchar, "varchar", "character varying", 1043, 1015, -1, TypeCategory.String, false),
            new(SqlKind.Bpchar, "bpchar", "character", 1042, 1014, -1, TypeCategory.String, false),
            new(SqlKind.Bytea, "bytea", "bytea", 17, 1001, -1, TypeCategory.UserDefined, false),
            new(SqlKind.Date, "date", "date", 1082, 1182, 4, TypeCategory.DateTime, false),
            new(SqlKind.Time, "time", "time without time zone", 1083, 1183, 8, TypeCategory.DateTime, false),
            new(SqlKind.Timestamp, "timestamp", "timestamp without time zone", 1114, 1115, 8, TypeCategory.DateTime, false),
            new(SqlKind.Timestamptz, "timestamptz", "timestamp with time zone", 1184, 1185, 8, TypeCategory.DateTime, true),
            new(SqlKind.Interval, "interval", "interval", 1186, 1187, 16, TypeCategory.TimeSpan, true),
            new(SqlKind.Uuid, "uuid", "uuid", 2950, 2951, 16, TypeCategory.UserDefined, false),
            new(SqlKind.Json, "json", "json", 114, 199, -1, TypeCategory.UserDefined, false),
            new(SqlKind.Jsonb, "jsonb", "jsonb", 3802, 3807, -1, TypeCategory.UserDefined, false),
            new(SqlKind.Oid, "oid", "oid", 26, 1028, 4, TypeCategory.Numeric, true),
            new(SqlKind.Name, "name", "name", 19, 1003, 64, TypeCategory.String, false),
            new(SqlKind.Char, "char", "\"char\"", 18, 1002, 1, TypeCategory.Internal, false),
            new(SqlKind.Regclass, "regclass", "regclass", 2205, 2210, 4, TypeCategory.Numeric, false),
            new(SqlKind.Regtype, "regtype", "regtype", 2206, 2211, 4, TypeCategory.Numeric, false),
            new(SqlKind.Regproc, "regproc", "regproc", 24, 1008, 4, TypeCategory.Numeric, false),
            new(SqlKind.Regnamespace, "regnamespace", "regnamespace", 4089, 4090, 4, TypeCategory.Numeric, false),
            new(SqlKind.Regrole, "regrole", "regrole", 4096, 4097, 4, TypeCategory.Numeric, false),
            new(SqlKind.Void, "void", "void", 2278, 0, 4, TypeCategory.Pseudo, false),
            new(SqlKind.Record, "record", "record", 2249, 2287, -1, TypeCategory.Pseudo, false),
            new(SqlKind.Int2Vector, "int2vector", "int2vector", 22, 1006, -1, TypeCategory.Array, false),
            new(SqlKind.OidVector, "oidvector", "oidvector", 30, 1013, -1, TypeCategory.Array, false),
            new(SqlKind.Xid, "xid", "xid", 28, 1011, 4, TypeCategory.UserDefined, false),
            new(SqlKind.Regprocedure, "regprocedure", "regprocedure", 2202, 2207, 4, TypeCategory.Numeric, false),
            new(SqlKind.Regoper, "regoper", "regoper", 2203, 2208, 4, TypeCategory.Numeric, false),
            new(SqlKind.NodeTree, "pg_node_tree", "pg_node_tree", 194, 0, -1, TypeCategory.Internal, false),
            new(SqlKind.AclItem, "aclitem", "aclitem", 1033, 1034, 12, TypeCategory.UserDefined, false),
            new(SqlKind.Cid, "cid", "cid", 29, 1012, 4, TypeCategory.UserDefined, false),
            new(SqlKind.Tid, "tid", "tid", 27, 1010, 6, TypeCategory.UserDefined, false),
            new(SqlKind.Timetz, "timetz", "time with time zone", 1266, 1270, 12, TypeCategory.DateTime, false),
        ];
        var table = new Entry[64];
        foreach (Entry row in rows) table[(int)row.Kind] = row;
        return table;
    }

    private static Dictionary<uint, SqlType> BuildOids()
    {
        var map = new Dictionary<uint, SqlType>();
        foreach (Entry entry in All)
        {
            map.Add(entry.Oid, new SqlType(entry.Kind));
            if (entry.ArrayOid != 0) map.Add(entry.ArrayOid, SqlType.ArrayOf(new SqlType(entry.Kind)));
        }

        return map;
    }

    private static Dictionary<string, SqlKind> BuildNames()
    {
        var map = new Dictionary<string, SqlKind>(StringComparer.Ordinal);
        foreach (Entry entry in All) map.Add(entry.Name, entry.Kind);
        return map;
    }
}
