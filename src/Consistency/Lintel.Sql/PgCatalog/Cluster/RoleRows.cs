using Lintel.Sql.Catalog;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Cluster;

/// <summary>pg_authid and the views over it.</summary>
internal static class RoleRows
{
    private const string HiddenPassword = "********";

    public static IEnumerable<SqlValue[]> Authid(CatalogRelation relation, CatalogView view) =>
        All(view).Select(role => Common(relation, role).Set("rolpassword", role.Verifier).Finish());

    public static IEnumerable<SqlValue[]> Roles(CatalogRelation relation, CatalogView view) =>
        All(view).Select(role => Common(relation, role).Set("rolpassword", HiddenPassword).Finish());

    public static IEnumerable<SqlValue[]> Users(CatalogRelation relation, CatalogView view)
    {
        bool showsVerifier = relation.Name == "pg_shadow";
        return All(view).Where(role => role.CanLogin).Select(role => relation.Row()
            .Set("usename", role.Name)
            .Set("usesysid", role.Oid)
            .Set("usecreatedb", role.CanCreateDatabase || role.IsSuperuser)
            .Set("usesuper", role.IsSuperuser)
            .Set("userepl", role.CanReplicate)
            .Set("usebypassrls", role.BypassesRowSecurity)
            .Set("passwd", showsVerifier ? role.Verifier : HiddenPassword)
            .Set("valuntil", ValidUntil(role))
            .Finish());
    }

    private static IEnumerable<RoleDescriptor> All(CatalogView view) =>
        view.Roles.Append(new RoleDescriptor(CatalogOids.DatabaseOwnerRole, "pg_database_owner"));

    private static CatalogRow Common(CatalogRelation relation, RoleDescriptor role) => relation.Row()
        .Set("oid", role.Oid)
        .Set("rolname", role.Name)
        .Set("rolsuper", role.IsSuperuser)
        .Set("rolinherit", role.Inherits)
        .Set("rolcreaterole", role.CanCreateRole)
        .Set("rolcreatedb", role.CanCreateDatabase)
        .Set("rolcanlogin", role.CanLogin)
        .Set("rolreplication", role.CanReplicate)
        .Set("rolbypassrls", role.BypassesRowSecurity)
        .Set("rolconnlimit", role.ConnectionLimit)
        .Set("rolvaliduntil", ValidUntil(role));

    private static SqlValue ValidUntil(RoleDescriptor role) =>
        role.ValidUntil is { } until ? SqlValue.Of(until) : SqlValue.Null;
}
