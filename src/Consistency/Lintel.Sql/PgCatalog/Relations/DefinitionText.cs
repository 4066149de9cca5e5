using System.Text;
using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>Definitions as SQL text, as pg_get_indexdef and pg_get_constraintdef print them.</summary>
internal static class DefinitionText
{
    /// <summary>CREATE [UNIQUE] INDEX of an index.</summary>
    public static string Index(DatabaseSchema schema, TableDescriptor table, IndexDescriptor index, bool isQualified)
    {
        string owner = isQualified && schema.FindSchema(table.SchemaId) is { } space
            ? Identifiers.Quote(space.Name) + "."
            : "";
        return $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {Identifiers.Quote(index.Name)} "
            + $"ON {owner}{Identifiers.Quote(table.Name)} USING btree ({Columns(table, index, withOrder: true)})";
    }

    /// <summary>One key column of an index, from 1, without its order; empty when there is none.</summary>
    public static string IndexColumn(TableDescriptor table, IndexDescriptor index, int number) =>
        number >= 1 && number <= index.Columns.Length
            ? Identifiers.Quote(table.Columns[table.OrdinalOf(index.Columns[number - 1].ColumnId)].Name)
            : "";

    /// <summary>PRIMARY KEY (...) or UNIQUE (...).</summary>
    public static string Key(TableDescriptor table, IndexDescriptor index) =>
        $"{(index.IsPrimary ? "PRIMARY KEY" : "UNIQUE")} ({Columns(table, index, withOrder: false)})";

    /// <summary>CHECK (...), in double parentheses unless it is to be pretty.</summary>
    public static string Check(CheckDescriptor check, bool isPretty) =>
        isPretty ? $"CHECK ({check.ExpressionSql})" : $"CHECK (({check.ExpressionSql}))";

    private static string Columns(TableDescriptor table, IndexDescriptor index, bool withOrder)
    {
        var text = new StringBuilder();
        for (int i = 0; i < index.Columns.Length; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(IndexColumn(table, index, i + 1));
            if (withOrder) text.Append(Order(index.Columns[i]));
        }

        return text.ToString();
    }

    // Nulls come last in ascending order and first in descending order, unless it is said otherwise.
    private static string Order(IndexColumn column) => (column.Descending, column.NullsFirst) switch
    {
        (false, true) => " NULLS FIRST",
        (true, true) => " DESC",
        (true, false) => " DESC NULLS LAST",
        _ => "",
    };
}
