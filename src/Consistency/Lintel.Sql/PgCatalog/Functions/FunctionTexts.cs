using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.PgCatalog.Names;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Functions;

/// <summary>Arguments and results of functions as pg_proc has them, as text.</summary>
internal static class FunctionTexts
{
    private static readonly CatalogRelation Relation = CatalogDefinitions.Find("pg_catalog", "pg_proc");
    private static readonly int ArgumentTypes = Relation.OrdinalOf("proargtypes");
    private static readonly int ResultType = Relation.OrdinalOf("prorettype");
    private static readonly int ReturnsSet = Relation.OrdinalOf("proretset");
    private static readonly Dictionary<uint, SqlValue[]> Rows =
        CatalogDefinitions.Rows["pg_proc"].ToDictionary(row => row[0].AsOid());

    /// <summary>The row of a function, or null.</summary>
    public static SqlValue[]? Find(uint oid) => Rows.GetValueOrDefault(oid);

    /// <summary>Types of the arguments.</summary>
    public static string Arguments(SqlValue[] row) => string.Join(
        ", ", row[ArgumentTypes].AsArray().Items.Select(item => CatalogTypes.Format(item.AsOid(), null)));

    /// <summary>Type of the result.</summary>
    public static string Result(SqlValue[] row) =>
        (row[ReturnsSet].AsBool() ? "SETOF " : "") + CatalogTypes.Format(row[ResultType].AsOid(), null);
}
