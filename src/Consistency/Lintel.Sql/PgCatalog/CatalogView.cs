using Lintel.Sql.Catalog;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.PgCatalog.Names;
using Lintel.Sql.Session;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.PgCatalog;

/// <summary>
/// What the catalog relations show to one run of a statement: the schema of its transaction, and what the whole cluster
/// shares (roles, databases), read without locks when it is first asked for. Rows of a relation are made once per run and
/// indexed by the columns they are looked up by.
/// </summary>
public sealed class CatalogView
{
    private static readonly VirtualTableSet DefaultTables = new(SystemCatalog.Tables);
    private readonly Dictionary<uint, IReadOnlyList<SqlValue[]>> _rows = [];
    private readonly Dictionary<(uint Relation, int Column), ILookup<object, SqlValue[]>> _indexes = [];
    private IReadOnlyList<RoleDescriptor>? _roles;
    private IReadOnlyList<DatabaseDescriptor>? _databases;

    /// <summary>A view for a run.</summary>
    public CatalogView(StatementScope scope) => Scope = scope;

    /// <summary>The run.</summary>
    public StatementScope Scope { get; }

    /// <summary>The schema of its transaction.</summary>
    public DatabaseSchema Schema => Scope.Schema;

    /// <summary>The session; null where there is none.</summary>
    public SqlSession? Session => Scope.Session;

    /// <summary>Every role. <see cref="LoadAsync"/> has been awaited.</summary>
    public IReadOnlyList<RoleDescriptor> Roles => _roles ?? throw new InvalidOperationException("roles are not loaded");

    /// <summary>Every database. <see cref="LoadAsync"/> has been awaited.</summary>
    public IReadOnlyList<DatabaseDescriptor> Databases =>
        _databases ?? throw new InvalidOperationException("databases are not loaded");

    /// <summary>The search path of the session.</summary>
    public IReadOnlyList<string> SearchPath => Session?.SearchPath ?? (IReadOnlyList<string>)["public"];

    /// <summary>Its relations by oid.</summary>
    internal ObjectIndex Objects => ObjectIndex.Of(Schema, Session?.Engine.VirtualTables ?? DefaultTables);

    /// <summary>Whether a relation is what its bare name means under the search path.</summary>
    public bool IsVisible(uint oid) =>
        Objects.Find(oid) is { } found && Objects.OidOf(SearchPath, found.Name) == oid;

    /// <summary>The view of a run, made when it is first asked for.</summary>
    public static async ValueTask<CatalogView> OfAsync(StatementScope scope)
    {
        scope.Catalog ??= new CatalogView(scope);
        await scope.Catalog.LoadAsync();
        return scope.Catalog;
    }

    /// <summary>The oid of a role by name; the first superuser stands in for none and for one that is gone.</summary>
    public uint OwnerOid(string? name)
    {
        if (name is null) return RoleDescriptor.BootstrapOid;
        foreach (RoleDescriptor role in Roles)
        {
            if (role.Name == name) return role.Oid;
        }

        return RoleDescriptor.BootstrapOid;
    }

    /// <summary>The rows of a relation.</summary>
    internal IReadOnlyList<SqlValue[]> RowsOf(CatalogRelation relation, RowSource source)
    {
        if (_rows.TryGetValue(relation.Id, out IReadOnlyList<SqlValue[]>? rows)) return rows;
        IEnumerable<SqlValue[]> made = source(relation, this);
        rows = made as IReadOnlyList<SqlValue[]> ?? [.. made];
        _rows.Add(relation.Id, rows);
        return rows;
    }

    /// <summary>The rows of a relation in which a column has a value.</summary>
    internal IEnumerable<SqlValue[]> Find(CatalogRelation relation, RowSource source, int column, SqlValue value)
    {
        if (!_indexes.TryGetValue((relation.Id, column), out ILookup<object, SqlValue[]>? index))
        {
            index = RowsOf(relation, source).Where(row => !row[column].IsNull).ToLookup(row => KeyOf(row[column]));
            _indexes.Add((relation.Id, column), index);
        }

        return index[KeyOf(value)];
    }

    private static object KeyOf(SqlValue value) => value.IsScalar ? value.AsInt64() : value.AsString();

    private async ValueTask LoadAsync()
    {
        if (_roles is not null) return;
        if (Scope.Session is null)
        {
            (_roles, _databases) = ([], [Schema.Database]);
            return;
        }

        ITransactionSource source = Scope.Session.Engine.Options.Transactions;
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong, Scope.Cancellation);
        IReadOnlyList<RoleDescriptor> roles = await RoleRecords.ListAsync(reader, Scope.Cancellation);
        _databases = await DatabaseCatalog.ListAsync(reader, Scope.Cancellation);
        _roles = roles;
    }
}

/// <summary>Makes the rows of a relation.</summary>
internal delegate IEnumerable<SqlValue[]> RowSource(CatalogRelation relation, CatalogView view);
