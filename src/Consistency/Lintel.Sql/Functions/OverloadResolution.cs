using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>A candidate for a call: an entry with its parameters spread to the number of arguments.</summary>
internal sealed record Candidate(FunctionEntry Entry, Parameter[] Parameters, bool IsSpread);

/// <summary>PostgreSQL's choice among overloaded functions and operators (chapter 10 of its manual).</summary>
internal static class OverloadResolution
{
    /// <summary>Why there is no choice.</summary>
    public enum Failure
    {
        None,
        NoMatch,
        Ambiguous,
    }

    /// <summary>The candidate for the argument types.</summary>
    public static Candidate? Choose(List<Candidate> candidates, ReadOnlySpan<SqlType> arguments, out Failure failure)
    {
        failure = Failure.None;
        SqlType[] types = arguments.ToArray();
        Candidate? exact = candidates.Find(c => IsExact(c, types));
        if (exact is not null) return exact;
        List<Candidate> fitting = candidates.FindAll(c => Fits(c, types));
        if (fitting.Count == 0)
        {
            failure = Failure.NoMatch;
            return null;
        }

        if (fitting.Count > 1) fitting = WithoutSpread(fitting);
        if (fitting.Count == 1) return fitting[0];
        Candidate? chosen = Select(fitting, types);
        if (chosen is null) failure = Failure.Ambiguous;
        return chosen;
    }

    /// <summary>Whether every argument can be cast implicitly.</summary>
    public static bool Fits(Candidate candidate, SqlType[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            Parameter parameter = candidate.Parameters[i];
            if (parameter.IsConcrete && !CastTable.IsImplicit(arguments[i], parameter.Type)) return false;
        }

        return Polymorphism.TryBind(candidate.Parameters, arguments, candidate.Entry.Signature.Result, out _, out _);
    }

    private static bool IsExact(Candidate candidate, SqlType[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
            if (!candidate.Parameters[i].IsConcrete || candidate.Parameters[i].Type != arguments[i].Bare) return false;
        return true;
    }

    /// <summary>A function with as many parameters as the call is preferred to a variadic one that was spread.</summary>
    private static List<Candidate> WithoutSpread(List<Candidate> candidates)
    {
        List<Candidate> plain = candidates.FindAll(c => !c.IsSpread);
        return plain.Count > 0 ? plain : candidates;
    }

    private static Candidate? Select(List<Candidate> candidates, SqlType[] arguments)
    {
        List<Candidate> best = KeepBest(candidates, c => CountMatches(c, arguments, alsoPreferred: false));
        if (best.Count == 1) return best[0];
        best = KeepBest(best, c => CountMatches(c, arguments, alsoPreferred: true));
        if (best.Count == 1) return best[0];
        int unknowns = arguments.Count(a => a.Kind == SqlKind.Unknown);
        if (unknowns == 0) return null;
        best = ByUnknownCategory(best, arguments);
        if (best.Count == 1) return best[0];
        return unknowns < arguments.Length ? AsKnownType(best, arguments) : null;
    }

    private static List<Candidate> KeepBest(List<Candidate> candidates, Func<Candidate, int> rank)
    {
        int most = candidates.Max(rank);
        return candidates.FindAll(c => rank(c) == most);
    }

    private static int CountMatches(Candidate candidate, SqlType[] arguments, bool alsoPreferred)
    {
        int count = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Kind == SqlKind.Unknown || !candidate.Parameters[i].IsConcrete) continue;
            SqlType parameter = candidate.Parameters[i].Type;
            bool matches = parameter == arguments[i].Bare
                || (alsoPreferred && parameter.IsPreferred && parameter.Category == arguments[i].Category);
            if (matches) count++;
        }

        return count;
    }

    /// <summary>
    /// For each unknown argument the category is string where any candidate takes one, else the one that all candidates
    /// share; candidates of other categories, and not preferred types where there are preferred ones, drop out.
    /// </summary>
    private static List<Candidate> ByUnknownCategory(List<Candidate> candidates, SqlType[] arguments)
    {
        var categories = new TypeCategory?[arguments.Length];
        var hasPreferred = new bool[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Kind != SqlKind.Unknown) continue;
            bool isConflicting = false;
            foreach (Candidate candidate in candidates)
            {
                (TypeCategory category, bool isPreferred) = CategoryOf(candidate.Parameters[i]);
                if (categories[i] is null) (categories[i], hasPreferred[i]) = (category, isPreferred);
                else if (categories[i] == category) hasPreferred[i] |= isPreferred;
                else if (category == TypeCategory.String) (categories[i], hasPreferred[i]) = (category, isPreferred);
                else isConflicting = true;
            }

            if (isConflicting && categories[i] != TypeCategory.String) return candidates;
        }

        List<Candidate> kept = candidates.FindAll(candidate =>
        {
            for (int i = 0; i < arguments.Length; i++)
            {
                if (arguments[i].Kind != SqlKind.Unknown) continue;
                (TypeCategory category, bool isPreferred) = CategoryOf(candidate.Parameters[i]);
                if (category != categories[i] || (hasPreferred[i] && !isPreferred)) return false;
            }

            return true;
        });
        return kept.Count > 0 ? kept : candidates;
    }

    private static (TypeCategory Category, bool IsPreferred) CategoryOf(Parameter parameter) =>
        parameter.IsConcrete ? (parameter.Type.Category, parameter.Type.IsPreferred) : (TypeCategory.Pseudo, false);

    private static Candidate? AsKnownType(List<Candidate> candidates, SqlType[] arguments)
    {
        SqlType? known = null;
        foreach (SqlType argument in arguments)
        {
            if (argument.Kind == SqlKind.Unknown) continue;
            if (known is { } other && other != argument.Bare) return null;
            known = argument.Bare;
        }

        var same = new SqlType[arguments.Length];
        Array.Fill(same, known!.Value);
        List<Candidate> fitting = candidates.FindAll(c => Fits(c, same));
        return fitting.Count == 1 ? fitting[0] : null;
    }
}
