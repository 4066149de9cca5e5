using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>CREATE INDEX: declared and filled in one transaction.</summary>
internal sealed class CreateIndex(SqlSession session, SchemaEditor editor)
{
    /// <summary>Carries it out.</summary>
    public async ValueTask RunAsync(CreateIndexStatement create, CancellationToken cancellation)
    {
        var names = new ObjectNames(session, editor.Schema);
        TableDescriptor table = names.Table(create.Table);
        if (create.IfNotExists && create.Name is not null && editor.Schema.IsTaken(table.SchemaId, create.Name))
        {
            session.Notice($"relation \"{create.Name}\" already exists, skipping");
            return;
        }

        var draft = new TableDraft(table);
        IndexDescriptor index = await new KeyMaker(editor, draft, names).AddIndexAsync(create, cancellation);
        TableDescriptor indexed = draft.ToDescriptor();
        await editor.PutAsync(indexed, cancellation);
        await TableRewrite.FillIndexAsync(editor, indexed, index, cancellation);
    }
}
