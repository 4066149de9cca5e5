namespace Lintel.Sql.Types;

/// <summary>The families of SQL types. The numbers are stored in the catalog: add, never renumber.</summary>
public enum SqlKind : byte
{
    /// <summary>Not known yet: a string literal or NULL before context gave it a type.</summary>
    Unknown = 0,

    /// <summary>boolean.</summary>
    Bool = 1,

    /// <summary>smallint, 16 bits.</summary>
    Int2 = 2,

    /// <summary>integer, 32 bits.</summary>
    Int4 = 3,

    /// <summary>bigint, 64 bits.</summary>
    Int8 = 4,

    /// <summary>real.</summary>
    Float4 = 5,

    /// <summary>double precision.</summary>
    Float8 = 6,

    /// <summary>numeric(p, s), arbitrary precision.</summary>
    Numeric = 7,

    /// <summary>text.</summary>
    Text = 8,

    /// <summary>varchar(n).</summary>
    Varchar = 9,

    /// <summary>char(n), blank-padded.</summary>
    Bpchar = 10,

    /// <summary>bytea.</summary>
    Bytea = 11,

    /// <summary>date, days since 2000-01-01.</summary>
    Date = 12,

    /// <summary>time without time zone, microseconds since midnight.</summary>
    Time = 13,

    /// <summary>timestamp without time zone, microseconds since 2000-01-01.</summary>
    Timestamp = 14,

    /// <summary>timestamp with time zone, microseconds since 2000-01-01 UTC.</summary>
    Timestamptz = 15,

    /// <summary>interval: months, days and microseconds.</summary>
    Interval = 16,

    /// <summary>uuid.</summary>
    Uuid = 17,

    /// <summary>json, kept as written.</summary>
    Json = 18,

    /// <summary>jsonb, kept in normal form.</summary>
    Jsonb = 19,

    /// <summary>oid, 32 bits unsigned.</summary>
    Oid = 20,

    /// <summary>name, at most 63 bytes.</summary>
    Name = 21,

    /// <summary>"char", one byte.</summary>
    Char = 22,

    /// <summary>regclass: an oid that prints as a relation's name.</summary>
    Regclass = 23,

    /// <summary>regtype.</summary>
    Regtype = 24,

    /// <summary>regproc.</summary>
    Regproc = 25,

    /// <summary>regnamespace.</summary>
    Regnamespace = 26,

    /// <summary>regrole.</summary>
    Regrole = 27,

    /// <summary>void: what a procedure-like function returns.</summary>
    Void = 28,

    /// <summary>record: an anonymous row.</summary>
    Record = 29,

    /// <summary>A one-dimensional array; the element kind is in the type.</summary>
    Array = 30,

    /// <summary>int2vector, as in pg_index.indkey: an int2 array that counts from 0.</summary>
    Int2Vector = 31,

    /// <summary>oidvector: an oid array that counts from 0.</summary>
    OidVector = 32,

    /// <summary>xid, 32 bits unsigned.</summary>
    Xid = 33,

    /// <summary>regprocedure.</summary>
    Regprocedure = 34,

    /// <summary>regoper.</summary>
    Regoper = 35,

    /// <summary>pg_node_tree, which Lintel keeps as SQL text.</summary>
    NodeTree = 36,

    /// <summary>aclitem, which Lintel keeps as text.</summary>
    AclItem = 37,

    /// <summary>cid, 32 bits unsigned.</summary>
    Cid = 38,

    /// <summary>tid, kept as text.</summary>
    Tid = 39,

    /// <summary>time with time zone: microseconds of the local time, and the zone.</summary>
    Timetz = 40,
}
