using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Cluster;

/// <summary>pg_stat_activity: the session that asks. What other sessions do is shown by the node's status.</summary>
internal static class ActivityRows
{
    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view)
    {
        if (view.Session is not { } session) yield break;
        yield return relation.Row()
            .Set("datid", session.Database.Id)
            .Set("datname", session.Database.Name)
            .Set("pid", session.Evaluation.ProcessId)
            .Set("usesysid", view.OwnerOid(session.SessionUser))
            .Set("usename", session.SessionUser)
            .Set("application_name", session.Settings.Get("application_name"))
            .Set("xact_start", SqlValue.Of(session.Evaluation.Types.TransactionTime))
            .Set("query_start", SqlValue.Of(session.Evaluation.StatementTime))
            .Set("state", "active")
            .Set("backend_type", "client backend")
            .Finish();
    }
}
