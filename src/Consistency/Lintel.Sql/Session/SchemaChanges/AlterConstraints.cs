using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>What ALTER TABLE does to keys and checks.</summary>
internal sealed class AlterConstraints(SqlSession session, SchemaEditor editor, TableDescriptor table)
{
    /// <summary>ADD CONSTRAINT: rows are checked; a primary key writes them anew under their new key.</summary>
    public async ValueTask AddAsync(AddConstraintAction add, CancellationToken cancellation)
    {
        if (add.IsNotValid)
            throw new SqlException(SqlStates.FeatureNotSupported, "NOT VALID constraints are not supported", add.Position);
        var draft = new TableDraft(table);
        var names = new ObjectNames(session, editor.Schema);
        await new KeyMaker(editor, draft, names).AddAsync(add.Constraint, cancellation);
        switch (add.Constraint)
        {
            case PrimaryKeyConstraint:
                await RewriteAsync(draft, cancellation);
                break;
            case UniqueConstraint:
                TableDescriptor indexed = draft.ToDescriptor();
                await editor.PutAsync(indexed, cancellation);
                await TableRewrite.FillIndexAsync(editor, indexed, indexed.Indexes[^1], cancellation);
                break;
            default:
                await editor.PutAsync(draft.ToDescriptor(), cancellation);
                await RequireHoldsAsync(draft.ToDescriptor(), draft.Checks[^1], cancellation);
                break;
        }
    }

    /// <summary>DROP CONSTRAINT.</summary>
    public async ValueTask DropAsync(DropConstraintAction drop, CancellationToken cancellation)
    {
        var draft = new TableDraft(table);
        if (draft.Checks.RemoveAll(c => c.Name == drop.Name) > 0)
        {
            await editor.PutAsync(draft.ToDescriptor(), cancellation);
            return;
        }

        IndexDescriptor? index = table.Indexes.SingleOrDefault(i => i.IsConstraint && i.Name == drop.Name);
        if (index is { IsPrimary: true })
        {
            await DropPrimaryAsync(cancellation);
            return;
        }

        if (index is not null)
        {
            await new DropObjects(session, editor).DropIndexAsync(table, index, cancellation);
            return;
        }

        string message = $"constraint \"{drop.Name}\" of relation \"{table.Name}\" does not exist";
        if (!drop.IfExists) throw new SqlException(SqlStates.UndefinedObject, message, drop.Position);
        session.Notice(message + ", skipping");
    }

    /// <summary>RENAME CONSTRAINT.</summary>
    public async ValueTask RenameAsync(RenameConstraintAction rename, CancellationToken cancellation)
    {
        var draft = new TableDraft(table);
        int check = draft.Checks.FindIndex(c => c.Name == rename.Name);
        int index = draft.Indexes.FindIndex(i => i.IsConstraint && i.Name == rename.Name);
        if (check >= 0)
        {
            draft.Checks[check] = draft.Checks[check] with { Name = rename.NewName };
        }
        else if (index >= 0)
        {
            new ObjectNames(session, editor.Schema).RequireFree(table.SchemaId, rename.NewName, rename.Position);
            draft.Indexes[index] = draft.Indexes[index] with { Name = rename.NewName };
        }
        else
        {
            throw new SqlException(
                SqlStates.UndefinedObject, $"constraint \"{rename.Name}\" for table \"{table.Name}\" does not exist", rename.Position);
        }

        await editor.PutAsync(draft.ToDescriptor(), cancellation);
    }

    /// <summary>Takes the primary key away: rows are written anew under hidden row ids.</summary>
    public async ValueTask<TableDescriptor> DropPrimaryAsync(CancellationToken cancellation)
    {
        var draft = new TableDraft(table);
        draft.Indexes.RemoveAt(0);
        await new KeyMaker(editor, draft, new ObjectNames(session, editor.Schema)).SetHiddenPrimaryAsync(cancellation);
        return await RewriteAsync(draft, cancellation);
    }

    /// <summary>Writes all rows and entries to new storage, under the primary key that the draft has.</summary>
    private async ValueTask<TableDescriptor> RewriteAsync(TableDraft draft, CancellationToken cancellation)
    {
        TableDescriptor moved = await StorageMove.ToNewAsync(editor, draft.ToDescriptor(), cancellation);
        int[] sources = [.. moved.Columns.Select(c => table.OrdinalOf(c.Id))];
        await TableRewrite.RunAsync(
            editor, table, moved,
            (before, after) =>
            {
                for (int i = 0; i < after.Length; i++)
                    after[i] = sources[i] >= 0 ? before[sources[i]] : SqlValue.Of(session.Engine.RowIds.Next());
                return ValueTask.CompletedTask;
            },
            cancellation);
        await editor.PutAsync(moved, cancellation);
        await editor.AbandonAsync(table, cancellation);
        return moved;
    }

    private async ValueTask RequireHoldsAsync(
        TableDescriptor checkedTable, CheckDescriptor check, CancellationToken cancellation)
    {
        Expression fails = new NotExpression(0, SqlParser.ParseExpression(check.ExpressionSql));
        if (!await CheckConditions.HoldsSomewhereAsync(session, editor.Transaction, checkedTable, fails, cancellation)) return;
        throw new SqlException(new SqlError(
            SqlStates.CheckViolation, $"check constraint \"{check.Name}\" of relation \"{table.Name}\" is violated by some row",
            Schema: editor.Schema.FindSchema(table.SchemaId)!.Name, Table: table.Name, Constraint: check.Name));
    }
}
