using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Cluster;

/// <summary>pg_database.</summary>
internal static class DatabaseRows
{
    private const int Utf8 = 6;

    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view) =>
        from database in view.Databases
        select relation.Row()
            .Set("oid", database.Id)
            .Set("datname", database.Name)
            .Set("datdba", view.OwnerOid(database.Owner))
            .Set("encoding", Utf8)
            .Set("datlocprovider", 'c')
            .Set("datallowconn", true)
            .Set("datconnlimit", -1)
            .Set("dattablespace", CatalogOids.DefaultTablespace)
            .Set("datcollate", "C")
            .Set("datctype", "C")
            .Finish();
}
