using System.Collections.Immutable;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Definitions;

/// <summary>A relation of pg_catalog or information_schema: what it is called and which columns it has.</summary>
/// <param name="Id">Its oid; PostgreSQL 15's.</param>
/// <param name="Schema">pg_catalog or information_schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsView">Whether PostgreSQL has a view here.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="NotNull">Which of them are never null.</param>
public sealed record CatalogRelation(
    uint Id, string Schema, string Name, bool IsView, ImmutableArray<VirtualColumn> Columns, ImmutableArray<bool> NotNull)
{
    private readonly Dictionary<string, int> _ordinals = Number(Columns);

    /// <summary>Position of a column; a name that is not there is a mistake in the code.</summary>
    public int OrdinalOf(string column) =>
        _ordinals.TryGetValue(column, out int ordinal)
            ? ordinal
            : throw new ArgumentException($"{Schema}.{Name} has no column {column}", nameof(column));

    /// <summary>A new row, all null.</summary>
    public CatalogRow Row() => new(this);

    private static Dictionary<string, int> Number(ImmutableArray<VirtualColumn> columns)
    {
        var ordinals = new Dictionary<string, int>(columns.Length, StringComparer.Ordinal);
        for (int i = 0; i < columns.Length; i++) ordinals.Add(columns[i].Name, i);
        return ordinals;
    }
}

/// <summary>A row of a catalog relation in the making: columns are set by name, in any order.</summary>
public readonly struct CatalogRow(CatalogRelation relation)
{
    private readonly SqlValue[] _values = new SqlValue[relation.Columns.Length];

    /// <summary>Sets a column; null leaves it null.</summary>
    public CatalogRow Set(string column, string? value) =>
        value is null ? this : Set(column, SqlValue.Of(value));

    /// <summary>Sets a column of any integer type, oid and "char" too.</summary>
    public CatalogRow Set(string column, long value) => Set(column, SqlValue.Of(value));

    /// <summary>Sets a column of type "char".</summary>
    public CatalogRow Set(string column, char value) => Set(column, SqlValue.Of((long)value));

    /// <summary>Sets a boolean column.</summary>
    public CatalogRow Set(string column, bool value) => Set(column, SqlValue.Of(value));

    /// <summary>Sets a column.</summary>
    public CatalogRow Set(string column, SqlValue value)
    {
        _values[relation.OrdinalOf(column)] = value;
        return this;
    }

    /// <summary>The row. Columns that may not be null and were not set are zero, false or empty: PostgreSQL's "nothing".</summary>
    public SqlValue[] Finish()
    {
        for (int i = 0; i < _values.Length; i++)
        {
            if (_values[i].IsNull && relation.NotNull[i]) _values[i] = Nothing(relation.Columns[i].Type);
        }

        return _values;
    }

    private static SqlValue Nothing(SqlType type) => type.Kind switch
    {
        SqlKind.Bool => SqlValue.False,
        SqlKind.Text or SqlKind.Name or SqlKind.Varchar or SqlKind.NodeTree => SqlValue.Of(""),
        SqlKind.Int2Vector or SqlKind.OidVector => SqlValue.Of(new SqlArray(type.ElementType, [], 0)),
        SqlKind.Array => SqlValue.Of(new SqlArray(type.ElementType, [])),
        SqlKind.Float4 or SqlKind.Float8 => SqlValue.Of(0.0),
        _ => SqlValue.Of(0L),
    };
}
