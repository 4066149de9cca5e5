using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Functions that return rows: generate_series, unnest and the like.</summary>
internal static class SetFunctions
{
    private const int CheckEvery = 1024;

    public static void Register(FunctionRegistry table)
    {
        table.AddRows("generate_series(int4, int4) int4", (a, context) => Integers(a[0].AsInt64(), a[1].AsInt64(), 1, context));
        table.AddRows("generate_series(int4, int4, int4) int4", (a, context) => Integers(a[0].AsInt64(), a[1].AsInt64(), a[2].AsInt64(), context));
        table.AddRows("generate_series(int8, int8) int8", (a, context) => Integers(a[0].AsInt64(), a[1].AsInt64(), 1, context));
        table.AddRows("generate_series(int8, int8, int8) int8", (a, context) => Integers(a[0].AsInt64(), a[1].AsInt64(), a[2].AsInt64(), context));
        table.AddRows("generate_series(numeric, numeric) numeric", (a, context) => Numerics(a[0].AsNumeric(), a[1].AsNumeric(), SqlNumeric.One, context));
        table.AddRows("generate_series(numeric, numeric, numeric) numeric", (a, context) => Numerics(a[0].AsNumeric(), a[1].AsNumeric(), a[2].AsNumeric(), context));
        table.AddRows("generate_series(timestamp, timestamp, interval) timestamp", (a, context) =>
            Instants(a[0].AsInt64(), a[1].AsInt64(), a[2].AsInterval(), SqlTimeZone.Utc, context));
        table.AddRows("generate_series(timestamptz, timestamptz, interval) timestamptz stable", (a, context) =>
            Instants(a[0].AsInt64(), a[1].AsInt64(), a[2].AsInterval(), context.Types.TimeZone, context));
        table.AddRows("unnest(anyarray) anyelement", (a, _) => a[0].AsArray().Items);
        table.AddRows("generate_subscripts(anyarray, int4) int4", (a, context) => a[1].AsInt64() == 1
            ? Integers(a[0].AsArray().LowerBound, (long)a[0].AsArray().LowerBound + a[0].AsArray().Count - 1, 1, context)
            : []);
        table.AddRows("string_to_table(text, text) text", (a, _) => a[0].AsString().Split(a[1].AsString()).Select(SqlValue.Of));
        table.AddRows(
            "information_schema._pg_expandarray(anyarray) record", Expand, ("x", SqlType.Int4), ("n", SqlType.Int4));
        // No table is partitioned.
        table.AddRows("pg_partition_ancestors(regclass) regclass", (_, _) => []);
        foreach (string name in (string[])["row_number", "rank", "dense_rank"]) table.AddNamed(FunctionKind.Window, $"{name}() int8 nonstrict");
        foreach (string name in (string[])["percent_rank", "cume_dist"]) table.AddNamed(FunctionKind.Window, $"{name}() float8 nonstrict");
        table.AddNamed(FunctionKind.Window, "ntile(int4) int4 nonstrict");
        foreach (string name in (string[])["lag", "lead"])
        {
            table.AddNamed(FunctionKind.Window, $"{name}(anyelement) anyelement nonstrict");
            table.AddNamed(FunctionKind.Window, $"{name}(anyelement, int4) anyelement nonstrict");
            table.AddNamed(FunctionKind.Window, $"{name}(anycompatible, int4, anycompatible) anycompatible nonstrict");
        }

        table.AddNamed(FunctionKind.Window, "first_value(anyelement) anyelement nonstrict");
        table.AddNamed(FunctionKind.Window, "last_value(anyelement) anyelement nonstrict");
        table.AddNamed(FunctionKind.Window, "nth_value(anyelement, int4) anyelement nonstrict");
    }

    private static IEnumerable<SqlValue> Integers(long from, long to, long step, EvaluationContext context)
    {
        if (step == 0) throw ZeroStep();
        return Run();

        IEnumerable<SqlValue> Run()
        {
            long count = 0;
            for (Int128 value = from; step > 0 ? value <= to : value >= to; value += step)
            {
                if (++count % CheckEvery == 0) context.Cancellation.ThrowIfCancellationRequested();
                yield return SqlValue.Of((long)value);
            }
        }
    }

    private static IEnumerable<SqlValue> Numerics(SqlNumeric from, SqlNumeric to, SqlNumeric step, EvaluationContext context)
    {
        if (!from.IsFinite) throw NotFinite("start value", from);
        if (!to.IsFinite) throw NotFinite("stop value", to);
        if (!step.IsFinite) throw NotFinite("step size", step);
        if (step.Sign == 0) throw ZeroStep();
        return Run();

        IEnumerable<SqlValue> Run()
        {
            long count = 0;
            for (SqlNumeric value = from.Round(Math.Max(from.Scale, step.Scale)); value.CompareTo(to) * step.Sign <= 0; value = SqlNumeric.Add(value, step))
            {
                if (++count % CheckEvery == 0) context.Cancellation.ThrowIfCancellationRequested();
                yield return SqlValue.Of(value);
            }
        }
    }

    private static IEnumerable<SqlValue> Instants(long from, long to, SqlInterval step, SqlTimeZone zone, EvaluationContext context)
    {
        int sign = Int128.Sign(step.ComparisonLength);
        if (sign == 0) throw ZeroStep();
        return Run();

        IEnumerable<SqlValue> Run()
        {
            long count = 0;
            long value = from;
            while (sign > 0 ? value <= to : value >= to)
            {
                if (++count % CheckEvery == 0) context.Cancellation.ThrowIfCancellationRequested();
                yield return SqlValue.Of(value);
                value = IntervalMath.AddToInstant(value, step, zone);
            }
        }
    }

    private static IEnumerable<SqlValue> Expand(SqlValue[] arguments, EvaluationContext context)
    {
        SqlArray array = arguments[0].AsArray();
        for (int i = 0; i < array.Count; i++)
            yield return SqlValue.Of(new SqlRecord([array.ElementType, SqlType.Int4], [array.Items[i], SqlValue.Of(i + 1L)]));
    }

    private static SqlException ZeroStep() => new(SqlStates.InvalidParameterValue, "step size cannot equal zero");

    private static SqlException NotFinite(string what, SqlNumeric value) =>
        new(SqlStates.InvalidParameterValue, $"{what} cannot be {(value.IsNaN ? "NaN" : "infinity")}");
}
