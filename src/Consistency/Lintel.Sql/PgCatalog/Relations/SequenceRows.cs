using Lintel.Sql.Catalog;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>pg_sequence, the view pg_sequences, and in pg_depend which column owns a sequence.</summary>
internal static class SequenceRows
{
    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view) =>
        from sequence in view.Schema.Relations.OfType<SequenceDescriptor>()
        select relation.Row()
            .Set("seqrelid", sequence.Id)
            .Set("seqtypid", sequence.TypeOid)
            .Set("seqstart", sequence.Start)
            .Set("seqincrement", sequence.Increment)
            .Set("seqmax", sequence.Maximum)
            .Set("seqmin", sequence.Minimum)
            .Set("seqcache", sequence.Cache)
            .Set("seqcycle", sequence.Cycles)
            .Finish();

    public static IEnumerable<SqlValue[]> View(CatalogRelation relation, CatalogView view) =>
        from sequence in view.Schema.Relations.OfType<SequenceDescriptor>()
        select relation.Row()
            .Set("schemaname", NamespaceRows.NameOf(view, sequence.SchemaId))
            .Set("sequencename", sequence.Name)
            .Set("sequenceowner", TableRows.OwnerName(
                view, (view.Schema.Find(sequence.OwnerTableId) as TableDescriptor)?.Owner))
            .Set("data_type", sequence.TypeOid)
            .Set("start_value", sequence.Start)
            .Set("min_value", sequence.Minimum)
            .Set("max_value", sequence.Maximum)
            .Set("increment_by", sequence.Increment)
            .Set("cycle", sequence.Cycles)
            .Set("cache_size", sequence.Cache)
            .Finish();

    public static IEnumerable<SqlValue[]> Dependencies(CatalogRelation relation, CatalogView view)
    {
        foreach (SequenceDescriptor sequence in view.Schema.Relations.OfType<SequenceDescriptor>())
        {
            if (view.Schema.Find(sequence.OwnerTableId) is not TableDescriptor table) continue;
            int ordinal = table.OrdinalOf(sequence.OwnerColumnId);
            if (ordinal < 0) continue;
            bool isIdentity = table.Columns[ordinal].Identity != IdentityKind.None;
            yield return relation.Row()
                .Set("classid", CatalogOids.PgClass)
                .Set("objid", sequence.Id)
                .Set("refclassid", CatalogOids.PgClass)
                .Set("refobjid", table.Id)
                .Set("refobjsubid", sequence.OwnerColumnId)
                .Set("deptype", isIdentity ? 'i' : 'a')
                .Finish();
        }
    }
}
