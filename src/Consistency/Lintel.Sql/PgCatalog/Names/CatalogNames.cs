using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Names;

/// <summary>Names of catalog objects for the reg* types, as one schema and one search path have them.</summary>
public sealed class CatalogNames(
    DatabaseSchema schema, ImmutableArray<string> searchPath, IVirtualTableSource virtualTables) : IObjectNames
{
    private static readonly Dictionary<uint, string> Functions = ReadFunctions();
    private static readonly Dictionary<string, uint> FunctionOids =
        Functions.GroupBy(pair => pair.Value, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => group.Min(pair => pair.Key), StringComparer.Ordinal);

    /// <summary>Whether they are those of a schema and a search path.</summary>
    public bool IsOf(DatabaseSchema other, ImmutableArray<string> otherPath) =>
        ReferenceEquals(schema, other) && searchPath == otherPath;

    /// <inheritdoc/>
    public string? NameOf(SqlKind kind, uint oid) => kind switch
    {
        SqlKind.Regclass => RelationName(oid),
        SqlKind.Regnamespace => schema.FindSchema(oid) is { } space ? Identifiers.Quote(space.Name) : null,
        SqlKind.Regproc or SqlKind.Regprocedure => Functions.GetValueOrDefault(oid),
        SqlKind.Regtype => CatalogTypes.NameOf(oid),
        _ => null,
    };

    /// <inheritdoc/>
    public uint Find(SqlKind kind, string text) => kind switch
    {
        SqlKind.Regclass => FindRelation(text),
        SqlKind.Regnamespace => schema.FindSchema(SqlParser.ParseQualifiedName(text).Name)?.Id
            ?? throw new SqlException(SqlStates.InvalidSchemaName, $"schema \"{text}\" does not exist"),
        SqlKind.Regproc => FindFunction(text),
        _ => throw new SqlException(
            SqlStates.FeatureNotSupported, $"names of type {TypeRegistry.Of(kind).DisplayName} cannot be looked up",
            hint: "Use the object's number."),
    };

    private string? RelationName(uint oid)
    {
        ObjectIndex objects = ObjectIndex.Of(schema, virtualTables);
        if (objects.Find(oid) is not { } found) return null;
        string name = Identifiers.Quote(found.Name);
        return objects.OidOf(searchPath, found.Name) == oid ? name : $"{Identifiers.Quote(found.Schema)}.{name}";
    }

    private uint FindRelation(string text)
    {
        QualifiedName name = SqlParser.ParseQualifiedName(text);
        ObjectIndex objects = ObjectIndex.Of(schema, virtualTables);
        uint oid = name.Schema is { } space ? objects.OidOf(space, name.Name) : objects.OidOf(searchPath, name.Name);
        return oid != 0
            ? oid
            : throw new SqlException(SqlStates.UndefinedTable, $"relation \"{text}\" does not exist");
    }

    private static uint FindFunction(string text)
    {
        string name = SqlParser.ParseQualifiedName(text).Name;
        return FunctionOids.TryGetValue(name, out uint oid)
            ? oid
            : throw new SqlException(SqlStates.UndefinedFunction, $"function \"{text}\" does not exist");
    }

    private static Dictionary<uint, string> ReadFunctions()
    {
        int name = CatalogDefinitions.Find("pg_catalog", "pg_proc").OrdinalOf("proname");
        return CatalogDefinitions.Rows["pg_proc"].ToDictionary(row => row[0].AsOid(), row => row[name].AsString());
    }
}
