using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>ALTER COLUMN TYPE where stored values change.</summary>
internal sealed class ColumnTypes(SqlSession session, SchemaEditor editor, TableDescriptor table)
{
    /// <summary>Whether every value of one type is stored as a value of the other, and sorts alike in keys.</summary>
    public static bool IsWiderForm(SqlType from, SqlType to)
    {
        if (from == to) return true;
        bool isText = from.Kind is SqlKind.Text or SqlKind.Varchar && to.Kind is SqlKind.Text or SqlKind.Varchar;
        if (isText) return to.CharacterLimit is null || (from.CharacterLimit is { } limit && limit <= to.CharacterLimit);
        bool isInteger = from.Kind is SqlKind.Int2 or SqlKind.Int4 && to.Kind is SqlKind.Int4 or SqlKind.Int8;
        if (isInteger) return true;
        return from.Kind == SqlKind.Numeric && to.Kind == SqlKind.Numeric && to.Modifier < 0;
    }

    /// <summary>Writes every row anew, with the column cast as an assignment would.</summary>
    public async ValueTask ChangeAsync(
        ColumnDescriptor column, SqlType to, AlterColumnTypeAction set, CancellationToken cancellation)
    {
        if (set.Using is not null)
            throw new SqlException(SqlStates.FeatureNotSupported, "ALTER COLUMN TYPE with USING is not supported", set.Position);
        SqlType from = TableLayout.TypeOf(column);
        Cast cast = FunctionCatalog.ResolveCast(from, to, CastContext.Assignment) ?? throw new SqlException(
            SqlStates.DatatypeMismatch, $"column \"{column.Name}\" cannot be cast automatically to type {to.DisplayName}",
            set.Position, hint: $"You might need to specify \"USING {column.Name}::{to.DisplayName}\".");
        var draft = new TableDraft(table);
        draft.Replace(column with { TypeOid = to.TypeOid, TypeModifier = to.Modifier, MissingValue = null });
        TableDescriptor moved = await StorageMove.ToNewAsync(editor, draft.ToDescriptor(), cancellation);
        int ordinal = table.OrdinalOf(column.Id);
        EvaluationContext context = session.Evaluation;
        await TableRewrite.RunAsync(
            editor, table, moved,
            (before, after) =>
            {
                before.CopyTo(after, 0);
                after[ordinal] = cast.Apply(before[ordinal], context);
                return ValueTask.CompletedTask;
            },
            cancellation);
        await editor.PutAsync(moved, cancellation);
        await editor.AbandonAsync(table, cancellation);
        CheckConditions.Require(session, editor.Schema, moved, moved.Checks);
    }
}
