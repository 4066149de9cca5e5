using System.Text;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Writes;

/// <summary>Violated constraints, in PostgreSQL's words.</summary>
public static class Violations
{
    private const int ShownLengthMax = 64;

    /// <summary>23502.</summary>
    public static SqlException NotNull(TableWrites writes, int ordinal, Frame frame)
    {
        TableDescriptor table = writes.Layout.Table;
        string column = table.Columns[ordinal].Name;
        return new SqlError(
            SqlStates.NotNullViolation,
            $"null value in column \"{column}\" of relation \"{table.Name}\" violates not-null constraint",
            FailingRow(writes, frame), Schema: writes.SchemaName, Table: table.Name, Column: column).ToException();
    }

    /// <summary>23514.</summary>
    public static SqlException Check(TableWrites writes, string constraint, Frame frame)
    {
        TableDescriptor table = writes.Layout.Table;
        return new SqlError(
            SqlStates.CheckViolation, $"new row for relation \"{table.Name}\" violates check constraint \"{constraint}\"",
            FailingRow(writes, frame), Schema: writes.SchemaName, Table: table.Name, Constraint: constraint).ToException();
    }

    /// <summary>23505.</summary>
    public static SqlException Unique(
        TableLayout layout, IndexLayout index, string schema, ReadOnlySpan<SqlValue> row, TypeContext context)
    {
        var columns = new StringBuilder();
        var values = new StringBuilder();
        foreach (int ordinal in index.Ordinals)
        {
            if (columns.Length > 0)
            {
                columns.Append(", ");
                values.Append(", ");
            }

            columns.Append(layout.Table.Columns[ordinal].Name);
            values.Append(row[ordinal].IsNull ? "null" : TextFormat.ToText(row[ordinal], layout.Types[ordinal], context));
        }

        return new SqlError(
            SqlStates.UniqueViolation, $"duplicate key value violates unique constraint \"{index.Index.Name}\"",
            $"Key ({columns})=({values}) already exists.", Schema: schema, Table: layout.Table.Name,
            Constraint: index.Index.Name).ToException();
    }

    private static string FailingRow(TableWrites writes, Frame frame)
    {
        var text = new StringBuilder("Failing row contains (");
        bool isFirst = true;
        for (int i = 0; i < writes.Layout.Types.Length; i++)
        {
            if (writes.Layout.Table.Columns[i].IsHidden) continue;
            if (!isFirst) text.Append(", ");
            isFirst = false;
            SqlValue value = frame.Registers[writes.First + i];
            string shown = value.IsNull ? "null" : TextFormat.ToText(value, writes.Layout.Types[i], frame.Scope.Evaluation.Types);
            text.Append(shown.Length > ShownLengthMax ? string.Concat(shown.AsSpan(0, ShownLengthMax), "...") : shown);
        }

        return text.Append(").").ToString();
    }
}
