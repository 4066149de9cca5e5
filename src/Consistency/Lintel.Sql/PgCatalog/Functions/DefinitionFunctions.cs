using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.PgCatalog.Names;
using Lintel.Sql.PgCatalog.Relations;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Functions;

/// <summary>pg_get_*: what objects are, as SQL text.</summary>
internal static class DefinitionFunctions
{
    public static IReadOnlyList<CatalogFunction> All { get; } =
    [
        new(FormatType, "format_type(oid, int4) text stable nonstrict"),
        new((_, arguments) => arguments[0],
            "pg_get_expr(pg_node_tree, oid) text stable", "pg_get_expr(pg_node_tree, oid, bool) text stable"),
        new(IndexDefinition,
            "pg_get_indexdef(oid) text stable", "pg_get_indexdef(oid, int4, bool) text stable"),
        new(ConstraintDefinition,
            "pg_get_constraintdef(oid) text stable", "pg_get_constraintdef(oid, bool) text stable"),
        new(SerialSequence, "pg_get_serial_sequence(text, text) text stable"),
        new(Nothing,
            "pg_get_viewdef(oid) text stable", "pg_get_viewdef(oid, bool) text stable", "pg_get_viewdef(text) text stable",
            "pg_get_ruledef(oid) text stable", "pg_get_ruledef(oid, bool) text stable",
            "pg_get_triggerdef(oid) text stable", "pg_get_triggerdef(oid, bool) text stable",
            "pg_get_partkeydef(oid) text stable", "pg_get_partition_constraintdef(oid) text stable",
            "pg_get_statisticsobjdef(oid) text stable", "pg_get_statisticsobjdef_columns(oid) text stable",
            "pg_get_functiondef(oid) text stable", "pg_get_function_sqlbody(oid) text stable",
            "pg_get_function_arg_default(oid, int4) text stable"),
        new(FunctionArguments,
            "pg_get_function_arguments(oid) text stable", "pg_get_function_identity_arguments(oid) text stable"),
        new(FunctionResult, "pg_get_function_result(oid) text stable"),
        new(UserName, "pg_get_userbyid(oid) name stable"),
    ];

    private static SqlValue Nothing(CatalogView view, SqlValue[] arguments) => SqlValue.Null;

    private static SqlValue FormatType(CatalogView view, SqlValue[] arguments) => arguments[0].IsNull
        ? SqlValue.Null
        : SqlValue.Of(CatalogTypes.Format(arguments[0].AsOid(), arguments[1].IsNull ? null : arguments[1].AsInt32()));

    private static SqlValue IndexDefinition(CatalogView view, SqlValue[] arguments)
    {
        if (view.Objects.FindIndex(arguments[0].AsOid()) is not var (table, index)) return SqlValue.Null;
        int column = arguments.Length > 1 ? arguments[1].AsInt32() : 0;
        bool isPretty = arguments.Length > 2 && arguments[2].AsBool();
        return SqlValue.Of(column == 0
            ? DefinitionText.Index(view.Schema, table, index, isQualified: !isPretty || !view.IsVisible(table.Id))
            : DefinitionText.IndexColumn(table, index, column));
    }

    private static SqlValue ConstraintDefinition(CatalogView view, SqlValue[] arguments)
    {
        uint oid = arguments[0].AsOid();
        if (view.Objects.FindIndex(oid) is var (owner, index)) return SqlValue.Of(DefinitionText.Key(owner, index));
        bool isPretty = arguments.Length > 1 && arguments[1].AsBool();
        foreach (TableDescriptor table in view.Schema.Relations.OfType<TableDescriptor>())
        {
            foreach (CheckDescriptor check in table.Checks)
            {
                if (check.Id == oid) return SqlValue.Of(DefinitionText.Check(check, isPretty));
            }
        }

        return SqlValue.Null;
    }

    private static SqlValue SerialSequence(CatalogView view, SqlValue[] arguments)
    {
        QualifiedName name = SqlParser.ParseQualifiedName(arguments[0].AsString());
        uint oid = name.Schema is { } space ? view.Objects.OidOf(space, name.Name) : view.Objects.OidOf(view.SearchPath, name.Name);
        if (view.Schema.Find(oid) is not TableDescriptor table)
            throw new SqlException(SqlStates.UndefinedTable, $"relation \"{arguments[0].AsString()}\" does not exist");
        int ordinal = table.FindColumn(arguments[1].AsString());
        if (ordinal < 0)
            throw new SqlException(
                SqlStates.UndefinedColumn,
                $"column \"{arguments[1].AsString()}\" of relation \"{table.Name}\" does not exist");
        if (view.Schema.Find(table.Columns[ordinal].SequenceId) is not SequenceDescriptor sequence) return SqlValue.Null;
        string owner = NamespaceRows.NameOf(view, sequence.SchemaId);
        return SqlValue.Of($"{Identifiers.Quote(owner)}.{Identifiers.Quote(sequence.Name)}");
    }

    private static SqlValue FunctionArguments(CatalogView view, SqlValue[] arguments)
    {
        if (FunctionTexts.Find(arguments[0].AsOid()) is not { } row) return SqlValue.Null;
        return SqlValue.Of(FunctionTexts.Arguments(row));
    }

    private static SqlValue FunctionResult(CatalogView view, SqlValue[] arguments)
    {
        if (FunctionTexts.Find(arguments[0].AsOid()) is not { } row) return SqlValue.Null;
        return SqlValue.Of(FunctionTexts.Result(row));
    }

    private static SqlValue UserName(CatalogView view, SqlValue[] arguments)
    {
        uint oid = arguments[0].AsOid();
        if (oid == CatalogOids.DatabaseOwnerRole) return SqlValue.Of("pg_database_owner");
        foreach (RoleDescriptor role in view.Roles)
        {
            if (role.Oid == oid) return SqlValue.Of(role.Name);
        }

        return SqlValue.Of($"unknown (OID={oid})");
    }
}
