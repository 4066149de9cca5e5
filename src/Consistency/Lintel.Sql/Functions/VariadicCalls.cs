using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Calls whose last argument is written VARIADIC: an array that stands for the arguments.</summary>
internal static class VariadicCalls
{
    /// <summary>What the last parameter takes in such a call.</summary>
    public static Parameter ArrayOf(Parameter element) => element.Form switch
    {
        ParameterForm.Concrete => new Parameter(ParameterForm.Concrete, SqlType.ArrayOf(element.Type)),
        ParameterForm.AnyElement or ParameterForm.AnyNonArray or ParameterForm.Any => new Parameter(ParameterForm.AnyArray, default),
        ParameterForm.AnyCompatible => new Parameter(ParameterForm.AnyCompatibleArray, default),
        _ => element,
    };

    /// <summary>The same function, spreading the array when it is called.</summary>
    public static ResolvedFunction Spread(ResolvedFunction function, FunctionEntry entry, SqlType[] arguments)
    {
        SqlType element = function.ArgumentTypes[^1].ElementType;
        int fixedCount = arguments.Length - 1;
        return function with
        {
            Unary = null,
            Binary = null,
            General = (values, context) =>
            {
                if (values[^1].IsNull) return entry.Signature.IsStrict ? SqlValue.Null : Call([.. values[..^1]], context);
                return Call([.. values[..^1], .. values[^1].AsArray().Items], context);
            },
        };

        SqlValue Call(SqlValue[] spread, EvaluationContext context)
        {
            if (entry.Signature.IsStrict && Array.Exists(spread, v => v.IsNull)) return SqlValue.Null;
            if (entry.Typed is not null)
            {
                var types = new SqlType[spread.Length];
                for (int i = 0; i < types.Length; i++) types[i] = i < fixedCount ? function.ArgumentTypes[i] : element;
                return entry.Typed(types, function.ResultType)(spread, context);
            }

            return (function with { General = entry.General }).Call(spread, context);
        }
    }
}
