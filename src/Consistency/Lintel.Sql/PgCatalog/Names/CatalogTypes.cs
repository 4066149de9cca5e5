using System.Globalization;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Names;

/// <summary>Types by oid, pseudo-types included.</summary>
internal static class CatalogTypes
{
    private static readonly Dictionary<uint, string> Names = ReadNames();

    /// <summary>What a type is called; null when there is none of that oid.</summary>
    public static string? NameOf(uint oid) =>
        TypeRegistry.TryFindOid(oid, out SqlType type)
            ? type.Kind == SqlKind.Bpchar ? "character" : type.DisplayName
            : Names.GetValueOrDefault(oid);

    /// <summary>format_type: the name with its modifier; null oid is for the caller.</summary>
    public static string Format(uint oid, int? modifier)
    {
        if (oid == 0) return "-";
        if (modifier is null) return NameOf(oid) ?? Unknown;
        return TypeRegistry.TryFindOid(oid, out SqlType type)
            ? (type with { Modifier = modifier.Value }).DisplayName
            : Names.GetValueOrDefault(oid) ?? Unknown;
    }

    private const string Unknown = "???";

    private static Dictionary<uint, string> ReadNames()
    {
        int name = CatalogDefinitions.Find("pg_catalog", "pg_type").OrdinalOf("typname");
        return CatalogDefinitions.Rows["pg_type"].ToDictionary(
            row => row[0].AsOid(),
            row => row[name].AsString() is ['_', .. var element]
                ? string.Create(CultureInfo.InvariantCulture, $"{element}[]")
                : Quoted(row[name].AsString()));
    }

    private static string Quoted(string name) => name is "any" or "char" ? $"\"{name}\"" : name;
}
