using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;

namespace Lintel.Sql.Session;

/// <summary>
/// What a node has parsed and planned: texts by themselves, and plans by text, parameter types and what of the session
/// they depend on. A plan is used only with the very schema it was made for; the plan for a newer schema replaces it.
/// Thread-safe, bounded.
/// </summary>
internal sealed class PlanCache(int capacity, ParseLimits parse)
{
    /// <summary>Longer texts are seldom repeated, and cost memory.</summary>
    private const int TextMax = 8192;

    private readonly RecentlyUsed<PlanKey, Entry> _plans = new(capacity);
    private readonly RecentlyUsed<string, ImmutableArray<ParsedStatement>> _texts = new(capacity);

    /// <summary>How many plans are kept.</summary>
    public int Count => _plans.Count;

    /// <summary>The statements of a text. Throws 42601 and the like.</summary>
    public ImmutableArray<ParsedStatement> Parse(string text)
    {
        if (text.Length > TextMax) return SqlParser.Parse(text, parse);
        if (_texts.TryGet(text, out ImmutableArray<ParsedStatement> known)) return known;
        ImmutableArray<ParsedStatement> parsed = SqlParser.Parse(text, parse);
        _texts.Set(text, parsed);
        return parsed;
    }

    /// <summary>The plan for a key under a schema, if it is kept.</summary>
    public bool TryGet(in PlanKey key, DatabaseSchema schema, [NotNullWhen(true)] out StatementPlan? plan)
    {
        plan = _plans.TryGet(key, out Entry entry) && ReferenceEquals(entry.Schema, schema) ? entry.Plan : null;
        return plan is not null;
    }

    /// <summary>Keeps a plan.</summary>
    public void Add(in PlanKey key, DatabaseSchema schema, StatementPlan plan)
    {
        if (key.Text.Length <= TextMax) _plans.Set(key, new Entry(schema, plan));
    }

    private readonly record struct Entry(DatabaseSchema Schema, StatementPlan Plan);
}

/// <summary>What a plan is found by.</summary>
/// <param name="Database">The database.</param>
/// <param name="Text">The statement, as written.</param>
/// <param name="Types">The parameter types that the client gave, as text.</param>
/// <param name="Session">What of the session it depends on.</param>
internal readonly record struct PlanKey(uint Database, string Text, string Types, string Session);
