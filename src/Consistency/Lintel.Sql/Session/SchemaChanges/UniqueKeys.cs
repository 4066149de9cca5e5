using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>The errors of keys that are there already.</summary>
internal static class UniqueKeys
{
    /// <summary>23505 while an index is built.</summary>
    public static SqlException CannotBuild(TableLayout table, IndexLayout index, SqlValue[] row)
    {
        string columns = string.Join(", ", index.Ordinals.Select(o => Parse.Identifiers.Quote(table.Table.Columns[o].Name)));
        string values = string.Join(", ", index.Ordinals.Select(o => Text(row[o], table.Types[o])));
        return new SqlException(new SqlError(
            SqlStates.UniqueViolation, $"could not create unique index \"{index.Index.Name}\"",
            Detail: $"Key ({columns})=({values}) is duplicated.", Table: table.Table.Name, Constraint: index.Index.Name));
    }

    private static string Text(in SqlValue value, SqlType type) =>
        value.IsNull ? "null" : TextFormat.ToText(value, type, TypeContext.Default);
}
