using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>Finds what names in schema statements mean, and makes names where none was given.</summary>
internal sealed class ObjectNames(SqlSession session, DatabaseSchema schema)
{
    /// <summary>The schema in which a new object of that name goes. 3F000 when there is none, 42501 for built-in ones.</summary>
    public SchemaDescriptor SchemaForNew(QualifiedName name)
    {
        RequireThisDatabase(name);
        if (name.Schema is { } written)
        {
            SchemaDescriptor found = FindSchema(written, name.Position);
            return found.Id is DatabaseSchema.PgCatalogId or DatabaseSchema.InformationSchemaId or DatabaseSchema.LintelSchemaId
                ? throw new SqlException(
                    SqlStates.InsufficientPrivilege, $"permission denied to create \"{written}.{name.Name}\"", name.Position)
                : found;
        }

        foreach (string candidate in session.SearchPath)
        {
            if (candidate != "pg_catalog" && schema.FindSchema(candidate) is { } found) return found;
        }

        throw new SqlException(
            SqlStates.InvalidSchemaName, "no schema has been selected to create in", name.Position);
    }

    /// <summary>The schema of a name; 3F000 when there is none.</summary>
    public SchemaDescriptor FindSchema(string name, int position = 0) => schema.FindSchema(name)
        ?? throw new SqlException(SqlStates.InvalidSchemaName, $"schema \"{name}\" does not exist", position);

    /// <summary>The table or sequence of a name, or null.</summary>
    public RelationDescriptor? FindRelation(QualifiedName name)
    {
        RequireThisDatabase(name);
        if (name.Schema is { } written)
            return schema.FindSchema(written) is { } named ? schema.Find(named.Id, name.Name) : null;
        foreach (string candidate in session.SearchPath)
        {
            if (schema.FindSchema(candidate) is { } found && schema.Find(found.Id, name.Name) is { } relation) return relation;
        }

        return null;
    }

    /// <summary>The table of a name; 42P01 when there is none, 42809 when it is something else.</summary>
    public TableDescriptor Table(QualifiedName name) => FindRelation(name) switch
    {
        TableDescriptor table => table,
        null when IsVirtual(name) => throw new SqlException(
            SqlStates.InsufficientPrivilege, $"permission denied: \"{name.Name}\" is a system catalog", name.Position),
        null => throw new SqlException(SqlStates.UndefinedTable, $"relation \"{name}\" does not exist", name.Position),
        _ => throw new SqlException(SqlStates.WrongObjectType, $"\"{name.Name}\" is not a table", name.Position),
    };

    /// <summary>The index of a name with its table, or null.</summary>
    public (TableDescriptor Table, IndexDescriptor Index)? FindIndex(QualifiedName name)
    {
        RequireThisDatabase(name);
        IEnumerable<string> candidates = name.Schema is { } written ? [written] : session.SearchPath;
        foreach (string candidate in candidates)
        {
            if (schema.FindSchema(candidate) is not { } found) continue;
            if (schema.FindIndexOwner(found.Id, name.Name) is { } table)
                return (table, table.Indexes.Single(i => i.Name == name.Name));
        }

        return null;
    }

    /// <summary>42P07 when the name is taken in a schema.</summary>
    public void RequireFree(uint schemaId, string name, int position = 0)
    {
        if (schema.IsTaken(schemaId, name))
            throw new SqlException(SqlStates.DuplicateTable, $"relation \"{name}\" already exists", position);
    }

    /// <summary>
    /// A name as PostgreSQL makes them, <c>table_column_suffix</c>, that is neither taken nor among
    /// <paramref name="also"/>.
    /// </summary>
    public string Choose(uint schemaId, string table, string? columns, string suffix, IReadOnlyCollection<string> also)
    {
        for (int number = 0; ; number++)
        {
            string ending = "_" + suffix + (number == 0 ? "" : number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            string name = Fit(table, columns, ending);
            if (!schema.IsTaken(schemaId, name) && !also.Contains(name)) return name;
        }
    }

    /// <summary>Cuts the longer of the two parts until the whole fits into a name.</summary>
    private static string Fit(string table, string? columns, string ending)
    {
        string second = columns ?? "";
        while (Length(table, second, ending) > Identifiers.BytesMax)
        {
            if (table.Length >= second.Length) table = table[..^1];
            else second = second[..^1];
        }

        return second.Length > 0 ? table + "_" + second + ending : table + ending;
    }

    private static int Length(string table, string second, string ending) =>
        System.Text.Encoding.UTF8.GetByteCount(table) + System.Text.Encoding.UTF8.GetByteCount(second)
        + (second.Length > 0 ? 1 : 0) + ending.Length;

    private bool IsVirtual(QualifiedName name) =>
        session.Engine.VirtualTables.Find(name.Schema ?? "pg_catalog", name.Name) is not null;

    private void RequireThisDatabase(QualifiedName name)
    {
        if (name.Catalog is { } catalog && catalog != schema.Database.Name)
        {
            throw new SqlException(
                SqlStates.FeatureNotSupported, $"cross-database references are not implemented: \"{name}\"", name.Position);
        }
    }
}
