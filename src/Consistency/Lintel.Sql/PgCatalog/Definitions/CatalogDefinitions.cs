using System.Collections.Immutable;
using System.Globalization;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Definitions;

/// <summary>Reads relations.txt and rows.txt, which are part of this assembly. Their mistakes are found by the first test that starts it.</summary>
internal static class CatalogDefinitions
{
    /// <summary>The relations, in the order of the file.</summary>
    public static ImmutableArray<CatalogRelation> Relations { get; } = ReadRelations();

    /// <summary>Rows that never change, by relation name.</summary>
    public static ImmutableDictionary<string, SqlValue[][]> Rows { get; } = ReadRows();

    /// <summary>The relation of that name.</summary>
    public static CatalogRelation Find(string schema, string name) =>
        Relations.First(relation => relation.Schema == schema && relation.Name == name);

    private static ImmutableArray<CatalogRelation> ReadRelations()
    {
        var relations = ImmutableArray.CreateBuilder<CatalogRelation>();
        string[] head = [];
        var columns = ImmutableArray.CreateBuilder<VirtualColumn>();
        var notNull = ImmutableArray.CreateBuilder<bool>();
        foreach (string line in Lines("relations.txt").Append(""))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith(' '))
            {
                columns.Add(new VirtualColumn(words[0], TypeOf(words[1])));
                notNull.Add(words.Length > 2);
                continue;
            }

            if (head.Length > 0)
            {
                string[] name = head[0].Split('.');
                uint id = uint.Parse(head[1], CultureInfo.InvariantCulture);
                relations.Add(new CatalogRelation(
                    id, name[0], name[1], head[2] == "view", columns.DrainToImmutable(), notNull.DrainToImmutable()));
            }

            head = words;
        }

        return relations.ToImmutable();
    }

    private static ImmutableDictionary<string, SqlValue[][]> ReadRows()
    {
        var all = ImmutableDictionary.CreateBuilder<string, SqlValue[][]>(StringComparer.Ordinal);
        CatalogRelation? relation = null;
        var rows = new List<SqlValue[]>();
        foreach (string line in Lines("rows.txt").Append("table "))
        {
            if (!line.StartsWith("table ", StringComparison.Ordinal))
            {
                rows.Add(ReadRow(relation!, line.Split('\t')));
                continue;
            }

            if (relation is not null) all.Add(relation.Name, rows.ToArray());
            rows.Clear();
            relation = line.Length > 6 ? Find("pg_catalog", line[6..]) : null;
        }

        return all.ToImmutable();
    }

    private static SqlValue[] ReadRow(CatalogRelation relation, string[] fields)
    {
        if (fields.Length != relation.Columns.Length)
            throw new InvalidDataException($"rows.txt: {fields.Length} fields for {relation.Name}: {string.Join(' ', fields)}");
        var row = new SqlValue[fields.Length];
        for (int i = 0; i < fields.Length; i++)
        {
            if (fields[i] != @"\N") row[i] = TextFormat.Parse(fields[i], relation.Columns[i].Type, TypeContext.Default);
        }

        return row;
    }

    private static SqlType TypeOf(string name) => TypeRegistry.TryFindName(name, out SqlType type)
        ? type
        : throw new InvalidDataException($"relations.txt: unknown type {name}");

    private static IEnumerable<string> Lines(string file)
    {
        using Stream stream = typeof(CatalogDefinitions).Assembly.GetManifestResourceStream($"PgCatalog.{file}")
            ?? throw new InvalidDataException($"{file} is not part of the assembly");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line;
        }
    }
}
