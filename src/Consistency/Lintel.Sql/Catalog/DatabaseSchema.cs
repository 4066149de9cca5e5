using System.Collections.Immutable;

namespace Lintel.Sql.Catalog;

/// <summary>
/// Everything a database declares, as of one schema version: an immutable value that binders, planners and catalog
/// views read without locks. A DDL statement makes the next value for its own transaction; the cache of the node sees
/// it when that transaction has committed.
/// </summary>
public sealed class DatabaseSchema
{
    /// <summary>Object id of the schema pg_catalog, as in PostgreSQL.</summary>
    public const uint PgCatalogId = 11;

    /// <summary>Object id of the schema public, as in PostgreSQL.</summary>
    public const uint PublicId = 2200;

    /// <summary>Object id of information_schema; fixed, as it is built in here.</summary>
    public const uint InformationSchemaId = 13000;

    /// <summary>Object id of the schema of Lintel's own views.</summary>
    public const uint LintelSchemaId = 13001;

    /// <summary>The first object id that is given to a user's object, as in PostgreSQL.</summary>
    public const uint FirstUserId = 16384;

    private readonly ImmutableSortedDictionary<uint, RelationDescriptor> _relations;
    private readonly ImmutableSortedDictionary<uint, SchemaDescriptor> _schemas;
    private readonly Dictionary<(uint Schema, string Name), RelationDescriptor> _byName = [];
    private readonly Dictionary<(uint Schema, string Name), TableDescriptor> _indexNames = [];
    private readonly Dictionary<string, SchemaDescriptor> _schemasByName = new(StringComparer.Ordinal);

    private DatabaseSchema(
        DatabaseDescriptor database,
        long version,
        ImmutableSortedDictionary<uint, RelationDescriptor> relations,
        ImmutableSortedDictionary<uint, SchemaDescriptor> schemas)
    {
        Database = database;
        Version = version;
        _relations = relations;
        _schemas = schemas;
        foreach ((_, RelationDescriptor relation) in relations)
        {
            _byName[(relation.SchemaId, relation.Name)] = relation;
            if (relation is not TableDescriptor table) continue;
            foreach (IndexDescriptor index in table.Indexes)
            {
                if (index.IsPrimary && table.HasHiddenKey) continue;
                _indexNames[(table.SchemaId, index.Name)] = table;
            }
        }

        foreach ((_, SchemaDescriptor schema) in schemas) _schemasByName[schema.Name] = schema;
    }

    /// <summary>The database that is described.</summary>
    public DatabaseDescriptor Database { get; }

    /// <summary>Counts committed schema changes. Invariant Q01: it grows by one with each transaction that changes the schema.</summary>
    public long Version { get; }

    /// <summary>Tables and sequences, in order of their ids.</summary>
    public IEnumerable<RelationDescriptor> Relations => _relations.Values;

    /// <summary>Schemas, built-in ones included, in order of their ids.</summary>
    public IEnumerable<SchemaDescriptor> Schemas => _schemas.Values;

    /// <summary>The schema of a database that has just been created.</summary>
    public static DatabaseSchema Empty(DatabaseDescriptor database) =>
        Load(database, 0, [], []);

    /// <summary>Builds a schema from stored descriptors and adds the built-in schemas.</summary>
    public static DatabaseSchema Load(
        DatabaseDescriptor database, long version,
        IEnumerable<RelationDescriptor> relations, IEnumerable<SchemaDescriptor> schemas)
    {
        var byId = ImmutableSortedDictionary.CreateBuilder<uint, RelationDescriptor>();
        foreach (RelationDescriptor relation in relations) byId[relation.Id] = relation;
        var schemasById = ImmutableSortedDictionary.CreateBuilder<uint, SchemaDescriptor>();
        schemasById[PgCatalogId] = new SchemaDescriptor(PgCatalogId, "pg_catalog");
        schemasById[PublicId] = new SchemaDescriptor(PublicId, "public");
        schemasById[InformationSchemaId] = new SchemaDescriptor(InformationSchemaId, "information_schema");
        schemasById[LintelSchemaId] = new SchemaDescriptor(LintelSchemaId, "lintel");
        foreach (SchemaDescriptor schema in schemas) schemasById[schema.Id] = schema;
        return new DatabaseSchema(database, version, byId.ToImmutable(), schemasById.ToImmutable());
    }

    /// <summary>Whether a schema is built in, and so neither stored nor droppable (public is droppable in PostgreSQL; not here).</summary>
    public static bool IsBuiltIn(uint schemaId) =>
        schemaId is PgCatalogId or PublicId or InformationSchemaId or LintelSchemaId;

    /// <summary>The schema of that name, or null.</summary>
    public SchemaDescriptor? FindSchema(string name) => _schemasByName.GetValueOrDefault(name);

    /// <summary>The schema of that id, or null.</summary>
    public SchemaDescriptor? FindSchema(uint id) => _schemas.GetValueOrDefault(id);

    /// <summary>The table or sequence of that name in a schema, or null.</summary>
    public RelationDescriptor? Find(uint schemaId, string name) => _byName.GetValueOrDefault((schemaId, name));

    /// <summary>The table or sequence of that id, or null.</summary>
    public RelationDescriptor? Find(uint id) => _relations.GetValueOrDefault(id);

    /// <summary>The table that has an index of that name in a schema, or null.</summary>
    public TableDescriptor? FindIndexOwner(uint schemaId, string indexName) =>
        _indexNames.GetValueOrDefault((schemaId, indexName));

    /// <summary>Whether the name is taken among tables, sequences and indexes of a schema.</summary>
    public bool IsTaken(uint schemaId, string name) =>
        _byName.ContainsKey((schemaId, name)) || _indexNames.ContainsKey((schemaId, name));

    /// <summary>The schema with a relation added or replaced.</summary>
    public DatabaseSchema With(RelationDescriptor relation) =>
        new(Database, Version, _relations.SetItem(relation.Id, relation), _schemas);

    /// <summary>The schema without a relation.</summary>
    public DatabaseSchema Without(uint relationId) =>
        new(Database, Version, _relations.Remove(relationId), _schemas);

    /// <summary>The schema with a namespace added or replaced.</summary>
    public DatabaseSchema WithSchema(SchemaDescriptor schema) =>
        new(Database, Version, _relations, _schemas.SetItem(schema.Id, schema));

    /// <summary>The schema without a namespace.</summary>
    public DatabaseSchema WithoutSchema(uint schemaId) =>
        new(Database, Version, _relations, _schemas.Remove(schemaId));

    /// <summary>The same declarations under another version number.</summary>
    public DatabaseSchema AtVersion(long version) => new(Database, version, _relations, _schemas);
}
