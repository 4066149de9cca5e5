using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>ALTER INDEX, SEQUENCE and SCHEMA ... RENAME TO; and CREATE SCHEMA.</summary>
internal sealed class Renames(SqlSession session, SchemaEditor editor)
{
    /// <summary>Renames. Answers the words of the command tag.</summary>
    public async ValueTask<string> RunAsync(RenameStatement rename, CancellationToken cancellation)
    {
        var names = new ObjectNames(session, editor.Schema);
        switch (rename.Kind)
        {
            case ObjectKind.Index when names.FindIndex(rename.Name) is var (table, index):
                names.RequireFree(table.SchemaId, rename.NewName, rename.Position);
                var draft = new TableDraft(table);
                draft.Replace(index with { Name = rename.NewName });
                await editor.PutAsync(draft.ToDescriptor(), cancellation);
                return "ALTER INDEX";
            case ObjectKind.Sequence when names.FindRelation(rename.Name) is SequenceDescriptor sequence:
                names.RequireFree(sequence.SchemaId, rename.NewName, rename.Position);
                await editor.PutAsync(sequence with { Name = rename.NewName }, cancellation);
                return "ALTER SEQUENCE";
            case ObjectKind.Schema:
                SchemaDescriptor schema = names.FindSchema(rename.Name.Name, rename.Position);
                if (DatabaseSchema.IsBuiltIn(schema.Id))
                    throw new SqlException(SqlStates.FeatureNotSupported, "built-in schemas cannot be renamed", rename.Position);
                RequireNoSchema(rename.NewName, rename.Position);
                await editor.PutAsync(schema with { Name = rename.NewName }, cancellation);
                return "ALTER SCHEMA";
            case ObjectKind.Index or ObjectKind.Sequence when rename.IfExists:
                session.Notice($"relation \"{rename.Name}\" does not exist, skipping");
                return "ALTER " + rename.Kind.ToString().ToUpperInvariant();
            case ObjectKind.Index or ObjectKind.Sequence:
                throw new SqlException(SqlStates.UndefinedTable, $"relation \"{rename.Name}\" does not exist", rename.Position);
            default:
                throw new SqlException(
                    SqlStates.FeatureNotSupported, $"renaming a {rename.Kind} is not supported", rename.Position);
        }
    }

    /// <summary>CREATE SCHEMA.</summary>
    public async ValueTask CreateSchemaAsync(CreateSchemaStatement create, CancellationToken cancellation)
    {
        if (editor.Schema.FindSchema(create.Name) is not null && create.IfNotExists)
        {
            session.Notice($"schema \"{create.Name}\" already exists, skipping");
            return;
        }

        RequireNoSchema(create.Name, create.Position);
        uint id = await editor.NextIdAsync(cancellation);
        await editor.PutAsync(new SchemaDescriptor(id, create.Name, create.Owner ?? session.CurrentUser), cancellation);
    }

    private void RequireNoSchema(string name, int position)
    {
        if (editor.Schema.FindSchema(name) is not null)
            throw new SqlException(SqlStates.DuplicateSchema, $"schema \"{name}\" already exists", position);
        if (name.StartsWith("pg_", StringComparison.Ordinal))
        {
            throw new SqlException(
                SqlStates.ReservedName, $"unacceptable schema name \"{name}\"", position,
                "The prefix \"pg_\" is reserved for system schemas.");
        }
    }
}
