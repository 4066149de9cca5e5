using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>
/// All operators, functions, aggregates and casts, and how a call finds its own: PostgreSQL's rules of exact match,
/// implicit casts, preferred types and unknown literals (chapter 10 of its manual). Arguments of type unknown are string
/// literals, NULL, or parameters without a type yet: the binder gives them the type that was resolved.
/// </summary>
public static class FunctionCatalog
{
    private const string CastHint = "You might need to add explicit type casts.";

    /// <summary>
    /// The operator for two operand types, or for one when <paramref name="left"/> is null (prefix operators). Throws
    /// 42883 when there is none and 42725 when several fit equally.
    /// </summary>
    public static ResolvedFunction ResolveOperator(string name, SqlType? left, SqlType right, int position = 0)
    {
        SqlType[] arguments = left is { } given ? [given.Bare, right.Bare] : [right.Bare];
        var candidates = new List<Candidate>();
        foreach (FunctionEntry entry in FunctionRegistry.Instance.Operators(name) ?? [])
        {
            if (entry.Signature.Parameters.Length == arguments.Length)
                candidates.Add(new Candidate(entry, entry.Signature.Parameters, false));
        }

        if (ExactWithUnknown(candidates, arguments) is { } exact) return Resolve(exact, arguments);
        Candidate? chosen = OverloadResolution.Choose(candidates, arguments, out OverloadResolution.Failure failure);
        if (chosen is not null) return Resolve(chosen, arguments);
        string call = left is { } operand
            ? $"{Signature.CallName(operand)} {name} {Signature.CallName(right)}"
            : $"{name} {Signature.CallName(right)}";
        throw failure == OverloadResolution.Failure.Ambiguous
            ? new SqlException(
                SqlStates.AmbiguousFunction, $"operator is not unique: {call}", position,
                hint: "Could not choose a best candidate operator. " + CastHint)
            : new SqlException(
                SqlStates.UndefinedFunction, $"operator does not exist: {call}", position,
                hint: arguments.Length == 1
                    ? "No operator matches the given name and argument type. You might need to add an explicit type cast."
                    : "No operator matches the given name and argument types. " + CastHint);
    }

    /// <summary>
    /// The function for a call; null when no function has that name at all (the binder may know another meaning).
    /// <paramref name="schema"/> is null, pg_catalog or information_schema. <paramref name="isVariadic"/>: the last
    /// argument was written VARIADIC. Throws 42883 and 42725.
    /// </summary>
    public static ResolvedFunction? ResolveFunction(
        string? schema, string name, ReadOnlySpan<SqlType> arguments, bool isVariadic = false, int position = 0)
    {
        string key = schema == "information_schema" ? "information_schema." + name : name;
        List<FunctionEntry>? entries = schema is null or "pg_catalog" or "information_schema" ? FunctionRegistry.Instance.Functions(key) : null;
        SqlType[] types = Array.ConvertAll(arguments.ToArray(), a => a.Bare);
        var candidates = new List<Candidate>();
        foreach (FunctionEntry entry in entries ?? [])
            if (Spread(entry, types.Length, isVariadic) is { } candidate) candidates.Add(candidate);
        bool isExact = candidates.Exists(c => IsExact(c, types));
        if (!isExact && schema is null or "pg_catalog" && AsCast(name, types) is { } cast) return cast;
        if (entries is null) return null;
        Candidate? chosen = OverloadResolution.Choose(candidates, types, out OverloadResolution.Failure failure);
        if (chosen is not null)
        {
            RequireDetermined(chosen, types, position);
            ResolvedFunction resolved = Resolve(chosen, types);
            return isVariadic ? VariadicCalls.Spread(resolved, chosen.Entry, types) : resolved;
        }

        throw NotFound(Signature.Describe(schema is null ? name : $"{schema}.{name}", arguments), failure, position);
    }

    /// <summary>Whether an aggregate has that name.</summary>
    public static bool IsAggregate(string? schema, string name) =>
        schema is null or "pg_catalog" && AggregateTable.Instance.Contains(name);

    /// <summary>The aggregate for a call; <paramref name="isStar"/> for count(*). Throws 42883 and 42725.</summary>
    public static ResolvedAggregate ResolveAggregate(
        string name, ReadOnlySpan<SqlType> arguments, bool isStar = false, int position = 0)
    {
        if (isStar && name != "count") throw NotFound(Signature.Describe(name, []), OverloadResolution.Failure.NoMatch, position);
        if (!isStar && name == "count" && arguments.Length == 0)
        {
            throw new SqlException(
                SqlStates.WrongObjectType, "count(*) must be used to call a parameterless aggregate function", position);
        }

        SqlType[] types = Array.ConvertAll(arguments.ToArray(), a => a.Bare);
        return AggregateTable.Instance.Resolve(name, types, position, out OverloadResolution.Failure failure)
            ?? throw NotFound(Signature.Describe(name, arguments), failure, position);
    }

    /// <summary>The cast between two types in a context, or null when there is none (42846 or 42804 is the caller's).</summary>
    public static Cast? ResolveCast(SqlType from, SqlType to, CastContext context) => CastTable.Find(from, to, context);

    /// <summary>
    /// The type that UNION, CASE, COALESCE, VALUES, ARRAY[] and IN give to operands of several types; text when all are
    /// unknown. Throws 42804 "<paramref name="construct"/> types a and b cannot be matched" when they are of several
    /// categories; within one, the cast may still not exist (42846).
    /// </summary>
    public static SqlType CommonType(ReadOnlySpan<SqlType> types, string construct, int position = 0)
    {
        if (AllEqual(types) && types[0].Kind != SqlKind.Unknown) return types[0];
        if (CommonTypes.TryChoose(types) is { } common) return common;
        SqlType first = SqlType.Unknown;
        SqlType other = SqlType.Unknown;
        foreach (SqlType type in types)
        {
            if (type.Kind == SqlKind.Unknown) continue;
            if (first.Kind == SqlKind.Unknown) first = type.Bare;
            else if (other.Kind == SqlKind.Unknown && CommonTypes.TryChoose([first, type]) is null) other = type.Bare;
        }

        throw new SqlException(
            SqlStates.DatatypeMismatch,
            $"{construct} types {Signature.CallName(first)} and {Signature.CallName(other)} cannot be matched", position);
    }

    internal static void RequireDetermined(Candidate chosen, SqlType[] types, int position)
    {
        if (Polymorphism.IsUndetermined(chosen.Parameters, types))
        {
            throw new SqlException(
                SqlStates.DatatypeMismatch, "could not determine polymorphic type because input has type unknown", position);
        }
    }

    private static bool AllEqual(ReadOnlySpan<SqlType> types)
    {
        foreach (SqlType type in types)
            if (type != types[0]) return false;
        return types.Length > 0;
    }

    private static bool IsExact(Candidate candidate, SqlType[] types)
    {
        for (int i = 0; i < types.Length; i++)
            if (!candidate.Parameters[i].IsConcrete || candidate.Parameters[i].Type != types[i]) return false;
        return true;
    }

    /// <summary>An unknown operand is first taken to have the type of the other.</summary>
    private static Candidate? ExactWithUnknown(List<Candidate> candidates, SqlType[] arguments)
    {
        if (arguments.Length != 2) return null;
        SqlType left = arguments[0].Kind == SqlKind.Unknown ? arguments[1] : arguments[0];
        SqlType right = arguments[1].Kind == SqlKind.Unknown ? arguments[0] : arguments[1];
        return left.Kind == SqlKind.Unknown ? null : candidates.Find(c => IsExact(c, [left, right]));
    }

    private static Candidate? Spread(FunctionEntry entry, int count, bool isVariadicCall)
    {
        Parameter[] parameters = entry.Signature.Parameters;
        if (!entry.Signature.IsVariadic) return parameters.Length == count && !isVariadicCall ? new Candidate(entry, parameters, false) : null;
        if (isVariadicCall)
        {
            if (parameters.Length != count) return null;
            Parameter[] asArray = [.. parameters];
            asArray[^1] = VariadicCalls.ArrayOf(parameters[^1]);
            return new Candidate(entry, asArray, false);
        }

        if (count < parameters.Length) return null;
        var spread = new Parameter[count];
        for (int i = 0; i < count; i++) spread[i] = parameters[Math.Min(i, parameters.Length - 1)];
        return new Candidate(entry, spread, true);
    }

    private static ResolvedFunction Resolve(Candidate chosen, SqlType[] arguments)
    {
        FunctionEntry entry = chosen.Entry;
        if (!Polymorphism.TryBind(chosen.Parameters, arguments, entry.Signature.Result, out SqlType[] bound, out SqlType result))
            throw new InvalidOperationException($"{entry.Signature.Name} was chosen for types that do not fit");
        return new ResolvedFunction
        {
            Name = entry.Signature.Name,
            Kind = entry.Kind,
            ArgumentTypes = [.. bound],
            ResultType = result,
            IsStrict = entry.Signature.IsStrict,
            Volatility = entry.Signature.Volatility,
            Comparison = entry.Comparison,
            Unary = entry.Unary,
            Binary = entry.Binary,
            General = entry.Typed is null ? entry.General : entry.Typed(bound, result),
            Rows = entry.Rows,
            Columns = entry.Columns,
        };
    }

    /// <summary>A type's name used like a function: a cast that is written that way.</summary>
    private static ResolvedFunction? AsCast(string name, SqlType[] types)
    {
        if (types.Length != 1 || !TypeRegistry.TryFindName(name, out SqlType to)) return null;
        SqlType from = types[0];
        if (CastTable.Find(from, to, CastContext.Explicit) is not { } cast) return null;
        return new ResolvedFunction
        {
            Name = name,
            ArgumentTypes = [from],
            ResultType = to,
            Volatility = cast.Volatility,
            Unary = (in SqlValue value, EvaluationContext context) => cast.Apply(value, context),
        };
    }

    private static SqlException NotFound(string call, OverloadResolution.Failure failure, int position) =>
        failure == OverloadResolution.Failure.Ambiguous
            ? new SqlException(
                SqlStates.AmbiguousFunction, $"function {call} is not unique", position,
                hint: "Could not choose a best candidate function. " + CastHint)
            : new SqlException(
                SqlStates.UndefinedFunction, $"function {call} does not exist", position,
                hint: "No function matches the given name and argument types. " + CastHint);
}
