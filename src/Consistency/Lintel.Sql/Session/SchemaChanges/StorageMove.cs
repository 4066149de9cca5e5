using Lintel.Sql.Catalog;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>New storage for all of a table's indexes, before its rows are rewritten into it.</summary>
internal static class StorageMove
{
    /// <summary>The same table over new, empty storage.</summary>
    public static async ValueTask<TableDescriptor> ToNewAsync(
        SchemaEditor editor, TableDescriptor table, CancellationToken cancellation)
    {
        var draft = new TableDraft(table);
        foreach (IndexDescriptor index in table.Indexes)
            draft.Replace(index with { StorageId = await editor.NextIdAsync(cancellation) });
        return draft.ToDescriptor();
    }
}
