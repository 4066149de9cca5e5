using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>DROP TABLE, INDEX, SEQUENCE and SCHEMA.</summary>
internal sealed class DropObjects(SqlSession session, SchemaEditor editor)
{
    private ObjectNames Names => new(session, editor.Schema);

    /// <summary>Carries it out. Answers the words of the command tag.</summary>
    public async ValueTask<string> RunAsync(DropStatement drop, CancellationToken cancellation)
    {
        foreach (QualifiedName name in drop.Names)
        {
            switch (drop.Kind)
            {
                case ObjectKind.Table: await TableAsync(drop, name, cancellation); break;
                case ObjectKind.Index: await IndexAsync(drop, name, cancellation); break;
                case ObjectKind.Sequence: await SequenceAsync(drop, name, cancellation); break;
                case ObjectKind.Schema: await SchemaAsync(drop, name, cancellation); break;
                case ObjectKind.View or ObjectKind.Type or ObjectKind.Extension when drop.IfExists:
                    Skip(KindName(drop.Kind), name);
                    break;
                default:
                    throw Missing(KindName(drop.Kind), name);
            }
        }

        return "DROP " + KindName(drop.Kind).ToUpperInvariant();
    }

    private static string KindName(ObjectKind kind) => kind switch
    {
        ObjectKind.Table => "table",
        ObjectKind.Index => "index",
        ObjectKind.Sequence => "sequence",
        ObjectKind.Schema => "schema",
        ObjectKind.View => "view",
        ObjectKind.Type => "type",
        ObjectKind.Extension => "extension",
        _ => throw new SqlException(SqlStates.FeatureNotSupported, $"DROP {kind} is not supported"),
    };

    private async ValueTask TableAsync(DropStatement drop, QualifiedName name, CancellationToken cancellation)
    {
        RelationDescriptor? found = Names.FindRelation(name);
        if (found is null && drop.IfExists)
        {
            Skip("table", name);
            return;
        }

        if (found is null) throw Missing("table", name);
        TableDescriptor table = found as TableDescriptor
            ?? throw new SqlException(SqlStates.WrongObjectType, $"\"{name.Name}\" is not a table", name.Position);
        await DropAsync(table, cancellation);
    }

    private async ValueTask DropAsync(TableDescriptor table, CancellationToken cancellation)
    {
        foreach (ColumnDescriptor column in table.Columns) await DropSequenceAsync(column, cancellation);
        await editor.RemoveAsync(table, cancellation);
        await editor.AbandonAsync(table, cancellation);
    }

    /// <summary>Drops the sequence that a column owns, if it does.</summary>
    public async ValueTask DropSequenceAsync(ColumnDescriptor column, CancellationToken cancellation)
    {
        if (column.SequenceId != 0 && editor.Schema.Find(column.SequenceId) is SequenceDescriptor sequence)
            await RemoveAsync(sequence, cancellation);
    }

    private async ValueTask RemoveAsync(SequenceDescriptor sequence, CancellationToken cancellation)
    {
        await editor.RemoveAsync(sequence, cancellation);
        await editor.Writer.DeleteAsync(
            CatalogKeys.SequencePosition(editor.Schema.Database.Id, sequence.StorageId), cancellation);
    }

    private async ValueTask IndexAsync(DropStatement drop, QualifiedName name, CancellationToken cancellation)
    {
        if (Names.FindIndex(name) is not { } found)
        {
            if (!drop.IfExists) throw Missing("index", name);
            Skip("index", name);
            return;
        }

        (TableDescriptor table, IndexDescriptor index) = found;
        if (index.IsConstraint)
        {
            throw new SqlException(
                SqlStates.DependentObjectsStillExist,
                $"cannot drop index {index.Name} because constraint {index.Name} on table {table.Name} requires it",
                name.Position, hint: $"You can drop constraint {index.Name} on table {table.Name} instead.");
        }

        await DropIndexAsync(table, index, cancellation);
    }

    /// <summary>Takes a secondary index from its table.</summary>
    public async ValueTask<TableDescriptor> DropIndexAsync(
        TableDescriptor table, IndexDescriptor index, CancellationToken cancellation)
    {
        var draft = new TableDraft(table);
        draft.Indexes.RemoveAll(i => i.Id == index.Id);
        TableDescriptor without = draft.ToDescriptor();
        await editor.PutAsync(without, cancellation);
        await editor.AbandonAsync(table, index.StorageId, cancellation);
        return without;
    }

    private async ValueTask SequenceAsync(DropStatement drop, QualifiedName name, CancellationToken cancellation)
    {
        RelationDescriptor? found = Names.FindRelation(name);
        if (found is null && drop.IfExists)
        {
            Skip("sequence", name);
            return;
        }

        if (found is null) throw Missing("sequence", name);
        SequenceDescriptor sequence = found as SequenceDescriptor
            ?? throw new SqlException(SqlStates.WrongObjectType, $"\"{name.Name}\" is not a sequence", name.Position);
        if (sequence.OwnerTableId != 0)
        {
            throw new SqlException(
                SqlStates.DependentObjectsStillExist, $"cannot drop sequence {name.Name} because other objects depend on it",
                name.Position, hint: "Drop the column that uses it instead.");
        }

        await RemoveAsync(sequence, cancellation);
    }

    private async ValueTask SchemaAsync(DropStatement drop, QualifiedName name, CancellationToken cancellation)
    {
        SchemaDescriptor? schema = editor.Schema.FindSchema(name.Name);
        if (schema is null && drop.IfExists)
        {
            Skip("schema", name);
            return;
        }

        if (schema is null) throw new SqlException(SqlStates.InvalidSchemaName, $"schema \"{name.Name}\" does not exist");
        if (DatabaseSchema.IsBuiltIn(schema.Id))
            throw new SqlException(SqlStates.DependentObjectsStillExist, $"cannot drop schema {schema.Name}: it is built in");
        RelationDescriptor[] inside = [.. editor.Schema.Relations.Where(r => r.SchemaId == schema.Id)];
        if (inside.Length > 0 && !drop.IsCascade)
        {
            throw new SqlException(
                SqlStates.DependentObjectsStillExist, $"cannot drop schema {schema.Name} because other objects depend on it",
                hint: "Use DROP ... CASCADE to drop the dependent objects too.");
        }

        foreach (RelationDescriptor relation in inside)
        {
            if (relation is TableDescriptor table) await DropAsync(table, cancellation);
        }

        foreach (SequenceDescriptor sequence in editor.Schema.Relations.OfType<SequenceDescriptor>().ToArray())
        {
            if (sequence.SchemaId == schema.Id) await RemoveAsync(sequence, cancellation);
        }

        await editor.RemoveAsync(schema, cancellation);
    }

    private void Skip(string kind, QualifiedName name) => session.Notice($"{kind} \"{name}\" does not exist, skipping");

    private static SqlException Missing(string kind, QualifiedName name) => new(
        kind is "table" or "sequence" or "view" ? SqlStates.UndefinedTable : SqlStates.UndefinedObject,
        $"{kind} \"{name}\" does not exist", name.Position);
}
