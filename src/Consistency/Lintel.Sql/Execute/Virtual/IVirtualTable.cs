using System.Collections.Immutable;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Virtual;

/// <summary>
/// A table whose rows are computed when it is read: pg_catalog, information_schema, the schema <c>lintel</c>. Read-only.
/// Shared by all sessions of a node.
/// </summary>
public interface IVirtualTable
{
    /// <summary>Object id, as pg_class shows it.</summary>
    uint Id { get; }

    /// <summary>The schema it is in, by name.</summary>
    string Schema { get; }

    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Its columns, in order.</summary>
    ImmutableArray<VirtualColumn> Columns { get; }

    /// <summary>
    /// Columns (by position) that <see cref="ReadAsync"/> can look up: it is then asked for the rows of one value
    /// instead of all. Empty when it always makes all.
    /// </summary>
    ImmutableArray<int> LookupColumns { get; }

    /// <summary>
    /// The rows, each with one value per column. With a lookup, at least the rows in which that column equals the
    /// value, and possibly others: the condition is checked again.
    /// </summary>
    ValueTask<IEnumerable<SqlValue[]>> ReadAsync(StatementScope scope, VirtualLookup? lookup);
}

/// <summary>A column of a virtual table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
public sealed record VirtualColumn(string Name, SqlType Type);

/// <summary>Column <paramref name="Column"/> equals <paramref name="Value"/>, which is not null.</summary>
public readonly record struct VirtualLookup(int Column, SqlValue Value);

/// <summary>Where the binder finds virtual tables. Immutable once sessions run.</summary>
public interface IVirtualTableSource
{
    /// <summary>The table of that name, or null.</summary>
    IVirtualTable? Find(string schema, string name);

    /// <summary>All of them, for pg_class and information_schema.</summary>
    IEnumerable<IVirtualTable> Tables { get; }
}

/// <summary>A fixed list of virtual tables.</summary>
public sealed class VirtualTableSet : IVirtualTableSource
{
    private readonly ImmutableArray<IVirtualTable> _tables;
    private readonly Dictionary<(string Schema, string Name), IVirtualTable> _byName = [];

    /// <summary>Holds <paramref name="tables"/>; of two with one name the later one counts.</summary>
    public VirtualTableSet(IEnumerable<IVirtualTable> tables)
    {
        foreach (IVirtualTable table in tables) _byName[(table.Schema, table.Name)] = table;
        _tables = [.. _byName.Values.OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Name, StringComparer.Ordinal)];
    }

    /// <summary>No table at all.</summary>
    public static VirtualTableSet Empty { get; } = new([]);

    /// <inheritdoc/>
    public IEnumerable<IVirtualTable> Tables => _tables;

    /// <inheritdoc/>
    public IVirtualTable? Find(string schema, string name) => _byName.GetValueOrDefault((schema, name));
}
