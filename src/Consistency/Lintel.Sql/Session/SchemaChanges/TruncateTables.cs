using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>
/// TRUNCATE: the table gets new, empty storage, and the old is left to the cleaner. So it costs the same for any number
/// of rows.
/// </summary>
internal sealed class TruncateTables(SqlSession session, SchemaEditor editor)
{
    /// <summary>Carries it out.</summary>
    public async ValueTask RunAsync(TruncateStatement truncate, CancellationToken cancellation)
    {
        foreach (QualifiedName name in truncate.Tables)
        {
            TableDescriptor table = new ObjectNames(session, editor.Schema).Table(name);
            await EmptyAsync(table, cancellation);
            if (truncate.RestartIdentity) await RestartAsync(table, cancellation);
        }
    }

    private async ValueTask EmptyAsync(TableDescriptor table, CancellationToken cancellation)
    {
        var draft = new TableDraft(table);
        foreach (IndexDescriptor index in table.Indexes)
            draft.Replace(index with { StorageId = await editor.NextIdAsync(cancellation) });
        await editor.PutAsync(draft.ToDescriptor(), cancellation);
        await editor.AbandonAsync(table, cancellation);
    }

    private async ValueTask RestartAsync(TableDescriptor table, CancellationToken cancellation)
    {
        foreach (ColumnDescriptor column in table.Columns)
        {
            if (column.SequenceId == 0 || editor.Schema.Find(column.SequenceId) is not SequenceDescriptor sequence) continue;
            await editor.PutAsync(sequence with { StorageId = await editor.NextIdAsync(cancellation) }, cancellation);
            await editor.Writer.DeleteAsync(
                CatalogKeys.SequencePosition(editor.Schema.Database.Id, sequence.StorageId), cancellation);
        }
    }
}
