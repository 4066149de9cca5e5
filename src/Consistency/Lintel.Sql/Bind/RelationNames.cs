using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>What a table name means in the catalog.</summary>
internal static class RelationNames
{
    private const string PgCatalog = "pg_catalog";

    /// <summary>The stored or the virtual table; 42P01 when there is none, 42809 when it is something else.</summary>
    public static (TableDescriptor? Stored, IVirtualTable? Virtual) Find(QualifiedName name, PlanningContext context)
    {
        if (name.Catalog is { } catalog && catalog != context.Schema.Database.Name)
        {
            throw new SqlException(
                SqlStates.FeatureNotSupported, $"cross-database references are not implemented: \"{name}\"", name.Position);
        }

        if (name.Schema is { } schema)
        {
            if (context.Schema.FindSchema(schema) is null)
                throw new SqlException(SqlStates.UndefinedTable, $"relation \"{name}\" does not exist", name.Position);
            return In(schema, name, context) ?? throw Missing(name);
        }

        if (!context.SearchPath.Contains(PgCatalog) && In(PgCatalog, name, context) is { } built) return built;
        foreach (string searched in context.SearchPath)
        {
            if (In(searched, name, context) is { } found) return found;
        }

        throw Missing(name);
    }

    /// <summary>A stored table to be written; 42809 and 42501 for virtual ones.</summary>
    public static TableDescriptor FindWritable(QualifiedName name, PlanningContext context)
    {
        (TableDescriptor? stored, IVirtualTable? @virtual) = Find(name, context);
        return stored ?? throw new SqlException(
            SqlStates.InsufficientPrivilege, $"permission denied: \"{@virtual!.Name}\" is a system catalog", name.Position);
    }

    private static (TableDescriptor?, IVirtualTable?)? In(string schema, QualifiedName name, PlanningContext context)
    {
        if (context.VirtualTables.Find(schema, name.Name) is { } @virtual) return (null, @virtual);
        if (context.Schema.FindSchema(schema) is not { } found) return null;
        if (context.Schema.FindIndexOwner(found.Id, name.Name) is not null)
            throw new SqlException(SqlStates.WrongObjectType, $"\"{name.Name}\" is an index", name.Position);
        return context.Schema.Find(found.Id, name.Name) switch
        {
            null => null,
            TableDescriptor table => (table, null),
            _ => throw new SqlException(
                SqlStates.FeatureNotSupported, $"\"{name.Name}\" is a sequence: reading it as a table is not supported", name.Position),
        };
    }

    private static SqlException Missing(QualifiedName name) =>
        new(SqlStates.UndefinedTable, $"relation \"{name}\" does not exist", name.Position);
}
