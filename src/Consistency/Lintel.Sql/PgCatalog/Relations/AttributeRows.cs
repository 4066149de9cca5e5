using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>pg_attribute and pg_attrdef.</summary>
internal static class AttributeRows
{
    private static readonly Dictionary<uint, SqlValue[]> TypeRows = CatalogDefinitions.Rows["pg_type"].ToDictionary(
        row => row[0].AsOid());

    private static readonly CatalogRelation TypeRelation = CatalogDefinitions.Find("pg_catalog", "pg_type");
    private static readonly int Align = TypeRelation.OrdinalOf("typalign");
    private static readonly int Storage = TypeRelation.OrdinalOf("typstorage");
    private static readonly int ByValue = TypeRelation.OrdinalOf("typbyval");
    private static readonly int Collation = TypeRelation.OrdinalOf("typcollation");

    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view)
    {
        foreach (RelationDescriptor stored in view.Schema.Relations)
        {
            if (stored is SequenceDescriptor sequence)
            {
                foreach (SqlValue[] row in SequenceColumns(relation, sequence)) yield return row;
            }

            if (stored is not TableDescriptor table) continue;
            foreach (ColumnDescriptor column in table.Columns)
            {
                if (!column.IsHidden) yield return Column(relation, table, column);
            }

            foreach (IndexDescriptor index in IndexRows.Shown(table))
            {
                for (int i = 0; i < index.Columns.Length; i++)
                    yield return IndexColumn(relation, table, index, i);
            }
        }

        foreach (IVirtualTable table in NamespaceRows.VirtualTables(view))
        {
            for (int i = 0; i < table.Columns.Length; i++)
                yield return Typed(relation, table.Id, table.Columns[i].Name, table.Columns[i].Type, i + 1).Finish();
        }
    }

    public static IEnumerable<SqlValue[]> Defaults(CatalogRelation relation, CatalogView view)
    {
        foreach (RelationDescriptor stored in view.Schema.Relations)
        {
            if (stored is not TableDescriptor table) continue;
            foreach (ColumnDescriptor column in table.Columns)
            {
                if (!HasDefault(column)) continue;
                yield return relation.Row()
                    .Set("oid", CatalogOids.DefaultOf(table.Id, column.Id))
                    .Set("adrelid", table.Id)
                    .Set("adnum", column.Id)
                    .Set("adbin", DefaultText.Of(column))
                    .Finish();
            }
        }
    }

    /// <summary>The type of a column.</summary>
    public static SqlType TypeOf(ColumnDescriptor column) =>
        TypeRegistry.TryFindOid(column.TypeOid, out SqlType type)
            ? type with { Modifier = column.TypeModifier }
            : SqlType.Unknown;

    private static bool HasDefault(ColumnDescriptor column) =>
        !column.IsHidden && column.DefaultSql is not null && column.Identity == IdentityKind.None;

    private static SqlValue[] Column(CatalogRelation relation, TableDescriptor table, ColumnDescriptor column) =>
        Typed(relation, table.Id, column.Name, TypeOf(column), column.Id)
            .Set("attnotnull", column.NotNull)
            .Set("atthasdef", HasDefault(column))
            .Set("atthasmissing", column.MissingValue is not null)
            .Set("attidentity", column.Identity switch
            {
                IdentityKind.Always => 'a',
                IdentityKind.ByDefault => 'd',
                _ => '\0',
            })
            .Finish();

    private static SqlValue[] IndexColumn(CatalogRelation relation, TableDescriptor table, IndexDescriptor index, int place)
    {
        ColumnDescriptor column = table.Columns[table.OrdinalOf(index.Columns[place].ColumnId)];
        return Typed(relation, index.Id, column.Name, TypeOf(column), place + 1).Finish();
    }

    private static IEnumerable<SqlValue[]> SequenceColumns(CatalogRelation relation, SequenceDescriptor sequence)
    {
        yield return Typed(relation, sequence.Id, "last_value", SqlType.Int8, 1).Set("attnotnull", true).Finish();
        yield return Typed(relation, sequence.Id, "log_cnt", SqlType.Int8, 2).Set("attnotnull", true).Finish();
        yield return Typed(relation, sequence.Id, "is_called", SqlType.Bool, 3).Set("attnotnull", true).Finish();
    }

    private static CatalogRow Typed(CatalogRelation relation, uint owner, string name, SqlType type, int number)
    {
        CatalogRow row = relation.Row()
            .Set("attrelid", owner)
            .Set("attname", name)
            .Set("atttypid", type.TypeOid)
            .Set("attstattarget", -1)
            .Set("attlen", type.Length)
            .Set("attnum", number)
            .Set("attndims", type.IsArray ? 1 : 0)
            .Set("attcacheoff", -1)
            .Set("atttypmod", type.Modifier)
            .Set("attislocal", true);
        return TypeRows.TryGetValue(type.TypeOid, out SqlValue[]? typeRow)
            ? row.Set("attalign", typeRow[Align]).Set("attstorage", typeRow[Storage]).Set("attbyval", typeRow[ByValue])
                .Set("attcollation", typeRow[Collation])
            : row;
    }
}
