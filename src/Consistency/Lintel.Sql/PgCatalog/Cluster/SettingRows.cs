using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Session.Settings;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Cluster;

/// <summary>pg_settings: the settings of the session that asks.</summary>
internal static class SettingRows
{
    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view)
    {
        if (view.Session is not { } session) yield break;
        foreach (SettingDefinition setting in SettingCatalog.All)
        {
            yield return relation.Row()
                .Set("name", setting.Name)
                .Set("setting", session.Settings.Get(setting.Name))
                .Set("unit", setting.Kind.Unit)
                .Set("category", "Lintel")
                .Set("short_desc", setting.Description)
                .Set("context", setting.Access == SettingAccess.Fixed ? "internal" : "user")
                .Set("vartype", setting.Kind.TypeName)
                .Set("source", session.Settings.Get(setting.Name) == setting.Default ? "default" : "session")
                .Set("enumvals", setting.Kind is EnumSetting choice ? Words(choice) : SqlValue.Null)
                .Set("boot_val", setting.Default)
                .Set("reset_val", session.Settings.Initial(setting.Name))
                .Set("pending_restart", false)
                .Finish();
        }
    }

    private static SqlValue Words(EnumSetting choice) =>
        SqlValue.Of(new SqlArray(SqlType.Text, [.. choice.Words.Select(SqlValue.Of)]));
}
