using System.Collections.Immutable;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog;

/// <summary>A relation of pg_catalog or information_schema as queries read it.</summary>
internal sealed class CatalogTable(CatalogRelation relation, RowSource source) : IVirtualTable
{
    /// <inheritdoc/>
    public uint Id => relation.Id;

    /// <inheritdoc/>
    public string Schema => relation.Schema;

    /// <inheritdoc/>
    public string Name => relation.Name;

    /// <inheritdoc/>
    public ImmutableArray<VirtualColumn> Columns => relation.Columns;

    /// <summary>Every column of oids, integers and names: rows are indexed when they are first looked up.</summary>
    public ImmutableArray<int> LookupColumns { get; } =
    [
        .. Enumerable.Range(0, relation.Columns.Length).Where(i => relation.Columns[i].Type.Kind
            is SqlKind.Oid or SqlKind.Int2 or SqlKind.Int4 or SqlKind.Name or SqlKind.Text),
    ];

    /// <inheritdoc/>
    public async ValueTask<IEnumerable<SqlValue[]>> ReadAsync(StatementScope scope, VirtualLookup? lookup)
    {
        CatalogView view = await CatalogView.OfAsync(scope);
        return lookup is { } wanted
            ? view.Find(relation, source, wanted.Column, wanted.Value)
            : view.RowsOf(relation, source);
    }
}
