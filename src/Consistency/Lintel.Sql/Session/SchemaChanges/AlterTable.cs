using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>ALTER TABLE: each action makes the next descriptor, and rewrites or checks rows where it must.</summary>
internal sealed class AlterTable(SqlSession session, SchemaEditor editor)
{
    private ObjectNames Names => new(session, editor.Schema);

    /// <summary>Carries it out.</summary>
    public async ValueTask RunAsync(AlterTableStatement alter, CancellationToken cancellation)
    {
        if (alter.IfExists && Names.FindRelation(alter.Table) is null)
        {
            session.Notice($"relation \"{alter.Table}\" does not exist, skipping");
            return;
        }

        uint id = Names.Table(alter.Table).Id;
        foreach (AlterTableAction action in alter.Actions)
            await ApplyAsync((TableDescriptor)editor.Schema.Find(id)!, action, cancellation);
    }

    private async ValueTask ApplyAsync(TableDescriptor table, AlterTableAction action, CancellationToken cancellation)
    {
        var columns = new AlterColumns(session, editor, table);
        var constraints = new AlterConstraints(session, editor, table);
        switch (action)
        {
            case AddColumnAction add: await columns.AddAsync(add, cancellation); break;
            case DropColumnAction drop: await columns.DropAsync(drop, cancellation); break;
            case SetDefaultAction value: await columns.SetDefaultAsync(value, cancellation); break;
            case SetNotNullAction notNull: await columns.SetNotNullAsync(notNull, cancellation); break;
            case AlterColumnTypeAction type: await columns.SetTypeAsync(type, cancellation); break;
            case RenameColumnAction rename: await columns.RenameAsync(rename, cancellation); break;
            case AddConstraintAction add: await constraints.AddAsync(add, cancellation); break;
            case DropConstraintAction drop: await constraints.DropAsync(drop, cancellation); break;
            case RenameConstraintAction rename: await constraints.RenameAsync(rename, cancellation); break;
            case RenameTableAction rename: await RenameAsync(table, rename, cancellation); break;
            case SetSchemaAction schema: await SetSchemaAsync(table, schema, cancellation); break;
            case SetOptionsAction set: StorageOptions.Require(set.Options); break;
            case ResetOptionsAction reset: StorageOptions.Require(reset.Options); break;
            case OwnerAction owner when owner.Role == session.CurrentUser || owner.Role is "current_user" or "session_user": break;
            case OwnerAction: throw NotSupported("ALTER TABLE OWNER TO another role", action);
            case UnsupportedAlterAction unsupported: throw NotSupported(unsupported.What, action);
            default: throw NotSupported(action.GetType().Name, action);
        }
    }

    private async ValueTask RenameAsync(TableDescriptor table, RenameTableAction rename, CancellationToken cancellation)
    {
        Names.RequireFree(table.SchemaId, rename.NewName, rename.Position);
        await editor.PutAsync(new TableDraft(table) { Name = rename.NewName }.ToDescriptor(), cancellation);
    }

    private async ValueTask SetSchemaAsync(TableDescriptor table, SetSchemaAction set, CancellationToken cancellation)
    {
        SchemaDescriptor schema = Names.FindSchema(set.Schema, set.Position);
        if (schema.Id == table.SchemaId) return;
        Names.RequireFree(schema.Id, table.Name, set.Position);
        foreach (IndexDescriptor index in table.Indexes) Names.RequireFree(schema.Id, index.Name, set.Position);
        await editor.PutAsync(new TableDraft(table) { SchemaId = schema.Id }.ToDescriptor(), cancellation);
        foreach (ColumnDescriptor column in table.Columns)
        {
            if (column.SequenceId != 0 && editor.Schema.Find(column.SequenceId) is SequenceDescriptor sequence)
                await editor.PutAsync(sequence with { SchemaId = schema.Id }, cancellation);
        }
    }

    private static SqlException NotSupported(string what, AlterTableAction action) =>
        new(SqlStates.FeatureNotSupported, $"{what} is not supported", action.Position);
}
