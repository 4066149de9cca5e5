using System.Collections.Immutable;
using Lintel.Primitives.Keys;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Types;

namespace Lintel.Node.SystemViews;

/// <summary>Makes the rows of a view from what the statement's own transaction or snapshot reads.</summary>
internal delegate ValueTask<IEnumerable<SqlValue[]>> RecordRows(StatementScope scope);

/// <summary>
/// A relation of the schema <c>lintel</c>: records of the system database as rows. It reads through the statement's own
/// reader, so a join of several of them sees one state of the cluster.
/// </summary>
internal sealed class RecordView(uint id, string name, ImmutableArray<VirtualColumn> columns, RecordRows rows) : IVirtualTable
{
    /// <inheritdoc/>
    public uint Id => id;

    /// <inheritdoc/>
    public string Schema => "lintel";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public ImmutableArray<VirtualColumn> Columns => columns;

    /// <inheritdoc/>
    public ImmutableArray<int> LookupColumns => [];

    /// <inheritdoc/>
    public ValueTask<IEnumerable<SqlValue[]>> ReadAsync(StatementScope scope, VirtualLookup? lookup) => rows(scope);

    /// <summary>A key as people read it: its bytes in hexadecimal.</summary>
    public static SqlValue KeyText(Key key) => SqlValue.Of(Convert.ToHexStringLower(key.Span));
}
