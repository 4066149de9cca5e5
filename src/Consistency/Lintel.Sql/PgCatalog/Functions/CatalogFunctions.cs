using Lintel.Sql.Execute;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Functions;

/// <summary>
/// Functions that look at the catalog: definitions as text, visibility, privileges. The session hands calls of kind
/// <see cref="FunctionKind.Session"/> on to here by name.
/// </summary>
public static class CatalogFunctions
{
    private static readonly Dictionary<string, CatalogFunction> Table = Build();

    /// <summary>Their declarations, for the table of functions.</summary>
    internal static IReadOnlyList<string> Signatures { get; } =
        [.. Table.Values.SelectMany(function => function.Signatures).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether a function of that name is computed here.</summary>
    public static bool Has(string name) => Table.ContainsKey(name);

    /// <summary>Computes a call; <see cref="Has"/> has said yes.</summary>
    public static async ValueTask<SqlValue> CallAsync(string name, SqlValue[] arguments, StatementScope scope)
    {
        CatalogFunction function = Table[name];
        CatalogView view = await CatalogView.OfAsync(scope);
        return function.Compute(view, arguments);
    }

    /// <summary>Declares those that are not declared yet.</summary>
    internal static void Register(FunctionRegistry registry)
    {
        foreach (string text in Signatures)
        {
            Parameter[] wanted = Signature.Parse(text).Parameters;
            List<FunctionEntry>? known = registry.Functions(text[..text.IndexOf('(', StringComparison.Ordinal)]);
            if (known?.Exists(entry => entry.Signature.Parameters.AsSpan().SequenceEqual(wanted)) != true)
                registry.AddNamed(FunctionKind.Session, text);
        }
    }

    private static Dictionary<string, CatalogFunction> Build()
    {
        var table = new Dictionary<string, CatalogFunction>(StringComparer.Ordinal);
        foreach (CatalogFunction function in DefinitionFunctions.All.Concat(VisibilityFunctions.All).Concat(ServerFunctions.All).Concat(LookupFunctions.All))
        {
            foreach (string signature in function.Signatures)
                table.TryAdd(signature[..signature.IndexOf('(', StringComparison.Ordinal)], function);
        }

        return table;
    }
}

/// <summary>One function over the catalog.</summary>
/// <param name="Compute">Its value.</param>
/// <param name="Signatures">Its declarations, like <c>format_type(oid, int4) text stable nonstrict</c>.</param>
internal sealed record CatalogFunction(Func<CatalogView, SqlValue[], SqlValue> Compute, params string[] Signatures);
