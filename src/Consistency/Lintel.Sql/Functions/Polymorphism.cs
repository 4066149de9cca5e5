using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Finds the actual types of anyelement, anyarray and their kin in a call.</summary>
internal static class Polymorphism
{
    /// <summary>
    /// Whether a call gives no hint at what anyelement or anyarray is: all such arguments are literals. anycompatible then
    /// is text; these are not.
    /// </summary>
    public static bool IsUndetermined(Parameter[] parameters, SqlType[] arguments)
    {
        bool hasAny = false;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (parameters[i].Form is not (ParameterForm.AnyElement or ParameterForm.AnyNonArray or ParameterForm.AnyArray)) continue;
            if (arguments[i].Kind != SqlKind.Unknown) return false;
            hasAny = true;
        }

        return hasAny;
    }

    /// <summary>The types to cast the arguments to, and the result's; false when the arguments contradict each other.</summary>
    public static bool TryBind(
        Parameter[] parameters, SqlType[] arguments, Parameter result, out SqlType[] bound, out SqlType resultType)
    {
        bound = new SqlType[arguments.Length];
        resultType = result.Type;
        SqlType? element = null;
        SqlType? compatible = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            SqlType argument = arguments[i].Bare;
            switch (parameters[i].Form)
            {
                case ParameterForm.AnyNonArray when argument.IsArray: return false;
                case ParameterForm.AnyElement or ParameterForm.AnyNonArray:
                    if (!Unify(ref element, argument)) return false;
                    break;
                case ParameterForm.AnyArray:
                    if (argument.Kind == SqlKind.Unknown) break;
                    if (!IsList(argument) || !Unify(ref element, argument.ElementType)) return false;
                    break;
                case ParameterForm.AnyCompatible:
                    if (!Widen(ref compatible, argument)) return false;
                    break;
                case ParameterForm.AnyCompatibleArray:
                    if (argument.Kind == SqlKind.Unknown) break;
                    if (!IsList(argument) || !Widen(ref compatible, argument.ElementType)) return false;
                    break;
            }
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            if (!TryConcrete(parameters[i], arguments[i], element, compatible, out bound[i])) return false;
        }

        return TryConcrete(result, default, element, compatible, out resultType);
    }

    private static bool IsList(SqlType type) => type.Kind is SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector;

    private static bool Unify(ref SqlType? known, SqlType type)
    {
        if (type.Kind == SqlKind.Unknown) return true;
        if (known is { } other) return other == type;
        known = type;
        return true;
    }

    private static bool Widen(ref SqlType? known, SqlType type)
    {
        if (type.Kind == SqlKind.Unknown) return true;
        known = known is { } other ? CommonTypes.TryFind([other, type]) : type;
        return known is not null;
    }

    private static bool TryConcrete(Parameter parameter, SqlType argument, SqlType? element, SqlType? compatible, out SqlType type)
    {
        switch (parameter.Form)
        {
            case ParameterForm.Concrete: type = parameter.Type; return true;
            case ParameterForm.Any: type = argument; return true;
            case ParameterForm.AnyElement or ParameterForm.AnyNonArray: type = element ?? SqlType.Text; return true;
            case ParameterForm.AnyArray:
                type = argument.Kind is SqlKind.Int2Vector or SqlKind.OidVector ? argument : default;
                return type.Kind != SqlKind.Unknown || TryArray(element ?? SqlType.Text, out type);
            case ParameterForm.AnyCompatible: type = compatible ?? SqlType.Text; return true;
            default: return TryArray(compatible ?? SqlType.Text, out type);
        }
    }

    private static bool TryArray(SqlType element, out SqlType type)
    {
        type = default;
        if (element.IsArray || TypeRegistry.Of(element.Kind).ArrayOid == 0) return false;
        type = SqlType.ArrayOf(element);
        return true;
    }
}

/// <summary>The type that operands of several types are brought to: UNION, CASE, VALUES, anycompatible.</summary>
internal static class CommonTypes
{
    /// <summary>The common type; text when all are unknown; null when there is none.</summary>
    public static SqlType? TryFind(ReadOnlySpan<SqlType> types)
    {
        if (TryChoose(types) is not { } chosen) return null;
        foreach (SqlType type in types)
            if (!CastTable.IsImplicit(type, chosen)) return null;
        return chosen;
    }

    /// <summary>
    /// The type that is preferred among those of one category, whether or not all of them become it: null only when the
    /// categories differ.
    /// </summary>
    public static SqlType? TryChoose(ReadOnlySpan<SqlType> types)
    {
        // A first loop as PostgreSQL has it: all the same type, modifiers aside, needs no thought.
        SqlType chosen = SqlType.Unknown;
        foreach (SqlType type in types)
        {
            SqlType bare = type.Bare;
            if (bare.Kind == SqlKind.Unknown || bare == chosen) continue;
            if (chosen.Kind == SqlKind.Unknown)
            {
                chosen = bare;
                continue;
            }

            if (bare.Category != chosen.Category) return null;
            if (!chosen.IsPreferred && CastTable.IsImplicit(chosen, bare) && !CastTable.IsImplicit(bare, chosen)) chosen = bare;
        }

        return chosen.Kind == SqlKind.Unknown ? SqlType.Text : chosen;
    }
}
