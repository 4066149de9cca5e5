using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>What ALTER TABLE does to columns.</summary>
internal sealed class AlterColumns(SqlSession session, SchemaEditor editor, TableDescriptor table)
{
    private readonly TableDraft _draft = new(table);

    /// <summary>
    /// ADD COLUMN. Rows are not touched: those that are there read the value that the default has now. Only a default
    /// that gives each row its own value (a sequence, now() of each) needs a rewrite.
    /// </summary>
    public async ValueTask AddAsync(AddColumnAction add, CancellationToken cancellation)
    {
        if (_draft.Find(add.Column.Name) >= 0)
        {
            if (!add.IfNotExists)
            {
                throw new SqlException(
                    SqlStates.DuplicateColumn,
                    $"column \"{add.Column.Name}\" of relation \"{table.Name}\" already exists", add.Position);
            }

            session.Notice($"column \"{add.Column.Name}\" of relation \"{table.Name}\" already exists, skipping");
            return;
        }

        var names = new ObjectNames(session, editor.Schema);
        var columns = new ColumnMaker(session, editor, _draft, names);
        ColumnDescriptor column = await columns.AddAsync(add.Column, cancellation);
        foreach (SequenceDescriptor sequence in columns.Sequences) await editor.PutAsync(sequence, cancellation);
        bool isPerRow = column.SequenceId != 0;
        if (column.DefaultSql is not null && !isPerRow)
        {
            SqlValue value = await DefaultNowAsync(column, cancellation);
            column = column with { MissingValue = RowFormat.EncodeValue(value, TableLayout.TypeOf(column)) };
            _draft.Replace(column);
        }

        if (column.NotNull && column.MissingValue is null && !isPerRow && await HasRowsAsync(cancellation))
            throw ContainsNulls(column);
        TableDescriptor added = _draft.ToDescriptor();
        if (isPerRow) added = await NumberRowsAsync(added, column, cancellation);
        else await editor.PutAsync(added, cancellation);
        foreach (TableConstraint constraint in columns.Constraints)
        {
            await new AlterConstraints(session, editor, (TableDescriptor)editor.Schema.Find(added.Id)!).AddAsync(
                new AddConstraintAction(constraint.Position, constraint, false), cancellation);
        }
    }

    /// <summary>DROP COLUMN: rows keep the bytes, nobody reads them. Indexes over the column go.</summary>
    public async ValueTask DropAsync(DropColumnAction drop, CancellationToken cancellation)
    {
        if (_draft.Find(drop.Column) < 0 && drop.IfExists)
        {
            session.Notice($"column \"{drop.Column}\" of relation \"{table.Name}\" does not exist, skipping");
            return;
        }

        ColumnDescriptor column = _draft.Require(drop.Column, drop.Position);
        TableDescriptor from = table;
        var constraints = new AlterConstraints(session, editor, table);
        if (table.Primary.Columns.Any(c => c.ColumnId == column.Id))
            from = await constraints.DropPrimaryAsync(cancellation);
        var drops = new DropObjects(session, editor);
        foreach (IndexDescriptor index in from.Indexes.Where(i => i.Columns.Any(c => c.ColumnId == column.Id)).ToArray())
            from = await drops.DropIndexAsync(from, index, cancellation);
        var draft = new TableDraft(from);
        draft.Columns.RemoveAll(c => c.Id == column.Id);
        DropChecks(draft, column);
        await editor.PutAsync(draft.ToDescriptor(), cancellation);
        await drops.DropSequenceAsync(column, cancellation);
    }

    /// <summary>SET DEFAULT and DROP DEFAULT.</summary>
    public async ValueTask SetDefaultAsync(SetDefaultAction set, CancellationToken cancellation)
    {
        ColumnDescriptor column = _draft.Require(set.Column, set.Position);
        if (column.Identity != IdentityKind.None)
        {
            throw new SqlException(
                SqlStates.SyntaxError, $"column \"{column.Name}\" of relation \"{table.Name}\" is an identity column", set.Position);
        }

        var columns = new ColumnMaker(session, editor, _draft, new ObjectNames(session, editor.Schema));
        string? value = set.Value is null ? null : columns.DefaultOf(set.Value, TableLayout.TypeOf(column));
        _draft.Replace(column with { DefaultSql = value });
        await editor.PutAsync(_draft.ToDescriptor(), cancellation);
    }

    /// <summary>SET NOT NULL, after a look at the rows, and DROP NOT NULL.</summary>
    public async ValueTask SetNotNullAsync(SetNotNullAction set, CancellationToken cancellation)
    {
        ColumnDescriptor column = _draft.Require(set.Column, set.Position);
        if (!set.IsNotNull && table.Primary.Columns.Any(c => c.ColumnId == column.Id))
        {
            throw new SqlException(
                SqlStates.InvalidTableDefinition, $"column \"{column.Name}\" is in a primary key", set.Position);
        }

        if (column.NotNull == set.IsNotNull) return;
        if (set.IsNotNull && await HoldsSomewhereAsync(
                new IsNullExpression(0, new ColumnReference(0, [column.Name]), false), cancellation))
            throw ContainsNulls(column);
        _draft.Replace(column with { NotNull = set.IsNotNull });
        await editor.PutAsync(_draft.ToDescriptor(), cancellation);
    }

    /// <summary>RENAME COLUMN.</summary>
    public async ValueTask RenameAsync(RenameColumnAction rename, CancellationToken cancellation)
    {
        ColumnDescriptor column = _draft.Require(rename.Column, rename.Position);
        if (_draft.Find(rename.NewName) >= 0)
        {
            throw new SqlException(
                SqlStates.DuplicateColumn,
                $"column \"{rename.NewName}\" of relation \"{table.Name}\" already exists", rename.Position);
        }

        _draft.Replace(column with { Name = rename.NewName });
        for (int i = 0; i < _draft.Checks.Count; i++)
        {
            string renamed = CheckText.Rename(_draft.Checks[i].ExpressionSql, rename.Column, rename.NewName);
            _draft.Checks[i] = _draft.Checks[i] with { ExpressionSql = renamed };
        }

        await editor.PutAsync(_draft.ToDescriptor(), cancellation);
        CheckConditions.Require(session, editor.Schema, _draft.ToDescriptor(), _draft.Checks);
    }

    /// <summary>TYPE: without a rewrite where every value stays as it is, else every row is written anew.</summary>
    public async ValueTask SetTypeAsync(AlterColumnTypeAction set, CancellationToken cancellation)
    {
        ColumnDescriptor column = _draft.Require(set.Column, set.Position);
        CollationRules.Require(set.Collation);
        SqlType from = TableLayout.TypeOf(column);
        SqlType to = TypeNames.Resolve(set.Type);
        if (set.Using is null && ColumnTypes.IsWiderForm(from, to))
        {
            _draft.Replace(column with { TypeModifier = to.Modifier, TypeOid = to.TypeOid });
            await editor.PutAsync(_draft.ToDescriptor(), cancellation);
            return;
        }

        await new ColumnTypes(session, editor, table).ChangeAsync(column, to, set, cancellation);
    }

    private async ValueTask<SqlValue> DefaultNowAsync(ColumnDescriptor column, CancellationToken cancellation)
    {
        Expression value = SqlParser.ParseExpression(column.DefaultSql!);
        TypeName type = SqlParser.ParseTypeName(TableLayout.TypeOf(column).DisplayName);
        return (await session.Constants.EvaluateAsync(
            editor.Transaction, [new CastExpression(0, value, type)], cancellation))[0];
    }

    /// <summary>Gives every row that is there a value of the column's sequence.</summary>
    private async ValueTask<TableDescriptor> NumberRowsAsync(
        TableDescriptor added, ColumnDescriptor column, CancellationToken cancellation)
    {
        TableDescriptor moved = await StorageMove.ToNewAsync(editor, added, cancellation);
        var sequence = (SequenceDescriptor)editor.Schema.Find(column.SequenceId)!;
        int ordinal = moved.OrdinalOf(column.Id);
        int[] sources = [.. moved.Columns.Select(c => table.OrdinalOf(c.Id))];

        // The sequence is this transaction's own still: its values are counted here and its position written at the end.
        byte[]? position = null;
        await TableRewrite.RunAsync(
            editor, table, moved,
            (before, after) =>
            {
                for (int i = 0; i < after.Length; i++) after[i] = sources[i] < 0 ? SqlValue.Null : before[sources[i]];
                ReadOnlyMemory<byte>? stored = position is null ? null : position.AsMemory();
                (long first, _, _) = SequenceState.Advance(sequence with { Cache = 1 }, stored);
                position = SequenceState.Encode(first, isCalled: true);
                after[ordinal] = SqlValue.Of(first);
                return ValueTask.CompletedTask;
            },
            cancellation);
        if (position is not null)
        {
            await editor.Writer.PutAsync(
                CatalogKeys.SequencePosition(editor.Schema.Database.Id, sequence.StorageId), position, cancellation);
        }

        await editor.PutAsync(moved, cancellation);
        await editor.AbandonAsync(table, cancellation);
        return moved;
    }

    private static void DropChecks(TableDraft draft, ColumnDescriptor column) =>
        draft.Checks.RemoveAll(c => CheckText.Mentions(c.ExpressionSql, column.Name));

    private ValueTask<bool> HasRowsAsync(CancellationToken cancellation) =>
        HoldsSomewhereAsync(new BooleanLiteral(0, true), cancellation);

    private ValueTask<bool> HoldsSomewhereAsync(Expression condition, CancellationToken cancellation) =>
        CheckConditions.HoldsSomewhereAsync(session, editor.Transaction, table, condition, cancellation);

    private SqlException ContainsNulls(ColumnDescriptor column) => new(new SqlError(
        SqlStates.NotNullViolation, $"column \"{column.Name}\" of relation \"{table.Name}\" contains null values",
        Schema: editor.Schema.FindSchema(table.SchemaId)!.Name, Table: table.Name, Column: column.Name));
}
