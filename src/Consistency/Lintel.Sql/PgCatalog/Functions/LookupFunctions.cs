using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Functions;

/// <summary>to_reg*: objects by name, NULL where the cast would fail.</summary>
internal static class LookupFunctions
{
    public static IReadOnlyList<CatalogFunction> All { get; } =
    [
        new((view, arguments) => Find(view, SqlType.Regclass, arguments[0]), "to_regclass(text) regclass stable"),
        new((view, arguments) => Find(view, new SqlType(SqlKind.Regtype), arguments[0]), "to_regtype(text) regtype stable"),
        new((view, arguments) => Find(view, new SqlType(SqlKind.Regproc), arguments[0]), "to_regproc(text) regproc stable"),
        new((view, arguments) => Find(view, new SqlType(SqlKind.Regnamespace), arguments[0]),
            "to_regnamespace(text) regnamespace stable"),
    ];

    private static SqlValue Find(CatalogView view, SqlType type, SqlValue name)
    {
        try
        {
            return TextFormat.Parse(name.AsString(), type, view.Scope.Evaluation.Types);
        }
        catch (SqlException missing) when (missing.Error.SqlState is SqlStates.UndefinedTable or SqlStates.UndefinedObject
            or SqlStates.UndefinedFunction or SqlStates.InvalidSchemaName)
        {
            return SqlValue.Null;
        }
    }
}
