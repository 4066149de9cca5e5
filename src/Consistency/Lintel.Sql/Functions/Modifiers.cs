using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Length coercion: a value of a type brought to the type's modifier.</summary>
internal static class Modifiers
{
    /// <summary>The function that applies the target's modifier; null when there is nothing to apply.</summary>
    public static UnaryFunction? Fitting(SqlType to, SqlType from, CastContext context)
    {
        if (to.Modifier < 0 || to == from) return null;
        if (to.IsArray) return Elements(to, context);
        int modifier = to.Modifier;
        switch (to.Kind)
        {
            case SqlKind.Varchar or SqlKind.Bpchar:
                bool isExplicit = context == CastContext.Explicit;
                return (in value, _) =>
                {
                    string text = value.AsString();
                    string fitted = CharacterLimits.Fit(text, to, isExplicit);
                    return ReferenceEquals(text, fitted) ? value : SqlValue.Of(fitted);
                };
            case SqlKind.Numeric: return (in value, _) => SqlValue.Of(NumericText.Fit(value.AsNumeric(), to));
            case SqlKind.Time: return (in value, _) => SqlValue.Of(DateTimeRounding.Round(value.AsInt64(), modifier));
            case SqlKind.Timestamp or SqlKind.Timestamptz: return (in value, _) => RoundTimestamp(value, modifier);
            case SqlKind.Timetz:
                return (in value, _) =>
                {
                    SqlTimeWithZone time = value.AsTimeWithZone();
                    return SqlValue.Of(time with { Microseconds = DateTimeRounding.Round(time.Microseconds, modifier) });
                };
            case SqlKind.Interval: return (in value, _) => SqlValue.Of(IntervalFields.Apply(value.AsInterval(), modifier));
            default: return null;
        }
    }

    private static SqlValue RoundTimestamp(in SqlValue value, int digits)
    {
        long instant = value.AsInt64();
        return Calendar.IsFinite(instant) ? SqlValue.Of(DateTimeRounding.Round(instant, digits)) : value;
    }

    private static UnaryFunction? Elements(SqlType to, CastContext context)
    {
        UnaryFunction? element = Fitting(to.ElementType, to.ElementType.Bare, context);
        if (element is null) return null;
        return (in SqlValue value, EvaluationContext evaluation) =>
        {
            SqlArray array = value.AsArray();
            var items = new SqlValue[array.Count];
            for (int i = 0; i < items.Length; i++)
                items[i] = array.Items[i].IsNull ? SqlValue.Null : element(array.Items[i], evaluation);
            return SqlValue.Of(array with { Items = items });
        };
    }
}
