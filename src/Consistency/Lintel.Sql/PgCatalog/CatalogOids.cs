namespace Lintel.Sql.PgCatalog;

/// <summary>Oids of catalog rows that other rows point to: PostgreSQL's, or derived from Lintel's object ids.</summary>
internal static class CatalogOids
{
    /// <summary>pg_am: tables.</summary>
    public const uint HeapMethod = 2;

    /// <summary>pg_am: indexes.</summary>
    public const uint BtreeMethod = 403;

    /// <summary>pg_tablespace: the default.</summary>
    public const uint DefaultTablespace = 1663;

    /// <summary>pg_authid: pg_database_owner, which owns the schema public.</summary>
    public const uint DatabaseOwnerRole = 6171;

    /// <summary>pg_collation: the default collation.</summary>
    public const uint DefaultCollation = 100;

    /// <summary>pg_collation: C, which names have.</summary>
    public const uint CCollation = 950;

    /// <summary>pg_class: itself; pg_depend names it.</summary>
    public const uint PgClass = 1259;

    /// <summary>pg_class: pg_type.</summary>
    public const uint PgType = 1247;

    /// <summary>pg_class: pg_proc.</summary>
    public const uint PgProc = 1255;

    /// <summary>pg_class: pg_namespace.</summary>
    public const uint PgNamespace = 2615;

    /// <summary>Columns of a table are numbered within this many.</summary>
    private const int ColumnsPerTable = 2048;

    /// <summary>pg_attrdef.oid of a column's default; pg_attrdef has oids of its own.</summary>
    public static uint DefaultOf(uint table, int column) => unchecked((table * ColumnsPerTable) + (uint)column);
}
