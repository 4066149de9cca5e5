using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>CREATE TABLE.</summary>
internal sealed class CreateTable(SqlSession session, SchemaEditor editor)
{
    /// <summary>Carries it out.</summary>
    public async ValueTask RunAsync(CreateTableStatement create, CancellationToken cancellation)
    {
        Refuse(create);
        var names = new ObjectNames(session, editor.Schema);
        SchemaDescriptor schema = names.SchemaForNew(create.Name);
        if (editor.Schema.IsTaken(schema.Id, create.Name.Name) && create.IfNotExists)
        {
            session.Notice($"relation \"{create.Name.Name}\" already exists, skipping");
            return;
        }

        names.RequireFree(schema.Id, create.Name.Name, create.Name.Position);
        var table = new TableDraft(
            await editor.NextIdAsync(cancellation), schema.Id, create.Name.Name, session.CurrentUser);
        table.NamesTaken.Add(table.Name);
        var columns = new ColumnMaker(session, editor, table, names);
        foreach (ColumnDefinition definition in create.Columns) await columns.AddAsync(definition, cancellation);
        await FinishAsync(table, columns, [.. columns.Constraints, .. create.Constraints], names, cancellation);
    }

    /// <summary>Adds the constraints, a key if there is none, and puts the table into the catalog.</summary>
    public async ValueTask FinishAsync(
        TableDraft table, ColumnMaker columns, IReadOnlyList<TableConstraint> constraints, ObjectNames names,
        CancellationToken cancellation)
    {
        var keys = new KeyMaker(editor, table, names);
        foreach (TableConstraint constraint in constraints.OrderBy(c => c is PrimaryKeyConstraint ? 0 : 1))
            await keys.AddAsync(constraint, cancellation);
        if (table.Indexes.Count == 0 || !table.Indexes[0].IsPrimary) await keys.SetHiddenPrimaryAsync(cancellation);
        TableDescriptor descriptor = table.ToDescriptor();
        foreach (SequenceDescriptor sequence in columns.Sequences) await editor.PutAsync(sequence, cancellation);
        await editor.PutAsync(descriptor, cancellation);
        CheckConditions.Require(session, editor.Schema, descriptor, descriptor.Checks);
    }

    private static void Refuse(CreateTableStatement create)
    {
        StorageOptions.Require(create.Options);
        if (create.Persistence == TablePersistence.Temporary)
            throw new SqlException(SqlStates.FeatureNotSupported, "temporary tables are not supported", create.Position);
        if (create.Unsupported.Length > 0)
            throw new SqlException(SqlStates.FeatureNotSupported, $"{create.Unsupported[0]} is not supported", create.Position);
    }
}
