using System.Text;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Operators and functions of one-dimensional arrays.</summary>
internal static class ArrayFunctions
{
    public static void Register(FunctionRegistry table)
    {
        AddMeasures(table);
        AddChanges(table);
        AddSearches(table);
        table.AddTyped("array_to_string(anyarray, text) text stable", static (_, _) => (a, context) => Join(a[0].AsArray(), a[1].AsString(), null, context));
        table.AddTyped("array_to_string(anyarray, text, text) text stable nonstrict", static (_, _) => (a, context) =>
            a[0].IsNull || a[1].IsNull ? SqlValue.Null : Join(a[0].AsArray(), a[1].AsString(), a[2].IsNull ? null : a[2].AsString(), context));
        table.Add("string_to_array(text, text) _text nonstrict", (in a, in b, _) => Split(a, b, SqlValue.Null));
        table.Add("string_to_array(text, text, text) _text nonstrict", (a, _) => Split(a[0], a[1], a[2]));
    }

    private static void AddMeasures(FunctionRegistry table)
    {
        table.Add("array_length(anyarray, int4) int4", (in a, in b, _) => b.AsInt64() == 1 && a.AsArray().Count > 0 ? SqlValue.Of((long)a.AsArray().Count) : SqlValue.Null);
        table.Add("cardinality(anyarray) int4", (in a, _) => SqlValue.Of((long)a.AsArray().Count));
        table.Add("array_ndims(anyarray) int4", (in a, _) => a.AsArray().Count > 0 ? SqlValue.Of(1L) : SqlValue.Null);
        table.Add("array_dims(anyarray) text", (in a, _) => a.AsArray() is { Count: > 0 } array ? SqlValue.Of($"[{array.LowerBound}:{array.LowerBound + array.Count - 1}]") : SqlValue.Null);
        table.Add("array_lower(anyarray, int4) int4", (in a, in b, _) => b.AsInt64() == 1 && a.AsArray().Count > 0 ? SqlValue.Of((long)a.AsArray().LowerBound) : SqlValue.Null);
        table.Add("array_upper(anyarray, int4) int4", (in a, in b, _) =>
            b.AsInt64() == 1 && a.AsArray().Count > 0 ? SqlValue.Of((long)a.AsArray().LowerBound + a.AsArray().Count - 1) : SqlValue.Null);
    }

    private static void AddChanges(FunctionRegistry table)
    {
        table.AddTyped("array_append(anycompatiblearray, anycompatible) anycompatiblearray nonstrict", static (types, _) => (a, _) => Append(a[0], a[1], types[1]));
        table.AddTyped("array_prepend(anycompatible, anycompatiblearray) anycompatiblearray nonstrict", static (types, _) => (a, _) => Prepend(a[0], a[1], types[0]));
        table.AddTyped("array_cat(anycompatiblearray, anycompatiblearray) anycompatiblearray nonstrict", static (_, _) => (a, _) => Concatenate(a[0], a[1]));
        table.AddOperator(new FunctionEntry(Signature.ParseOperator("anycompatiblearray || anycompatible anycompatiblearray") with { IsStrict = false })
        {
            Typed = static (types, _) => (a, _) => Append(a[0], a[1], types[1]),
        });
        table.AddOperator(new FunctionEntry(Signature.ParseOperator("anycompatible || anycompatiblearray anycompatiblearray") with { IsStrict = false })
        {
            Typed = static (types, _) => (a, _) => Prepend(a[0], a[1], types[0]),
        });
        table.AddOperator(new FunctionEntry(Signature.ParseOperator("anycompatiblearray || anycompatiblearray anycompatiblearray") with { IsStrict = false })
        {
            Typed = static (_, _) => (a, _) => Concatenate(a[0], a[1]),
        });
        table.AddTyped("array_remove(anycompatiblearray, anycompatible) anycompatiblearray nonstrict", static (types, _) => (a, _) =>
        {
            if (a[0].IsNull) return SqlValue.Null;
            SqlArray array = a[0].AsArray();
            SqlValue unwanted = a[1];
            return SqlValue.Of(array with { Items = Array.FindAll(array.Items, item => !ValueOrder.AreSame(item, unwanted, types[1])) });
        });
        table.AddTyped("array_replace(anycompatiblearray, anycompatible, anycompatible) anycompatiblearray nonstrict", static (types, _) => (a, _) =>
        {
            if (a[0].IsNull) return SqlValue.Null;
            SqlArray array = a[0].AsArray();
            SqlValue from = a[1];
            SqlValue to = a[2];
            return SqlValue.Of(array with { Items = Array.ConvertAll(array.Items, item => ValueOrder.AreSame(item, from, types[1]) ? to : item) });
        });
    }

    private static void AddSearches(FunctionRegistry table)
    {
        table.AddTyped("array_position(anycompatiblearray, anycompatible) int4 nonstrict", static (types, _) => (a, _) => Position(a[0], a[1], types[1], 1));
        table.AddTyped("array_position(anycompatiblearray, anycompatible, int4) int4 nonstrict", static (types, _) => (a, _) =>
            a[2].IsNull ? throw new SqlException(SqlStates.NullValueNotAllowed, "initial position must not be null") : Position(a[0], a[1], types[1], a[2].AsInt64()));
        table.AddTyped("array_positions(anycompatiblearray, anycompatible) _int4 nonstrict", static (types, _) => (a, _) =>
        {
            if (a[0].IsNull) return SqlValue.Null;
            SqlArray array = a[0].AsArray();
            var found = new List<SqlValue>();
            for (int i = 0; i < array.Count; i++)
                if (ValueOrder.AreSame(array.Items[i], a[1], types[1])) found.Add(SqlValue.Of((long)array.LowerBound + i));
            return SqlValue.Of(new SqlArray(SqlType.Int4, [.. found]));
        });
        table.AddOperator("anyarray @> anyarray bool", (in a, in b, _) => SqlValue.Of(ContainsAll(a.AsArray(), b.AsArray())));
        table.AddOperator("anyarray <@ anyarray bool", (in a, in b, _) => SqlValue.Of(ContainsAll(b.AsArray(), a.AsArray())));
        table.AddOperator("anyarray && anyarray bool", (in a, in b, _) =>
        {
            SqlArray left = a.AsArray();
            SqlArray right = b.AsArray();
            return SqlValue.Of(Array.Exists(left.Items, item => !item.IsNull && Contains(right, item)));
        });
    }

    private static bool Contains(SqlArray array, SqlValue wanted) =>
        Array.Exists(array.Items, item => !item.IsNull && ValueOrder.Compare(item, wanted, array.ElementType) == 0);

    private static bool ContainsAll(SqlArray array, SqlArray wanted) =>
        Array.TrueForAll(wanted.Items, item => !item.IsNull && Contains(array, item));

    private static SqlValue Position(in SqlValue array, in SqlValue wanted, SqlType type, long start)
    {
        if (array.IsNull) return SqlValue.Null;
        SqlArray list = array.AsArray();
        for (long i = Math.Max(0, start - list.LowerBound); i < list.Count; i++)
            if (ValueOrder.AreSame(list.Items[i], wanted, type)) return SqlValue.Of(list.LowerBound + i);
        return SqlValue.Null;
    }

    private static SqlValue Append(in SqlValue array, in SqlValue item, SqlType type)
    {
        if (array.IsNull) return SqlValue.Of(new SqlArray(type, [item]));
        SqlArray list = array.AsArray();
        return SqlValue.Of(list with { Items = [.. list.Items, item] });
    }

    private static SqlValue Prepend(in SqlValue item, in SqlValue array, SqlType type)
    {
        if (array.IsNull) return SqlValue.Of(new SqlArray(type, [item]));
        SqlArray list = array.AsArray();
        return SqlValue.Of(list with { Items = [item, .. list.Items] });
    }

    private static SqlValue Concatenate(in SqlValue left, in SqlValue right)
    {
        if (left.IsNull) return right;
        if (right.IsNull) return left;
        if (left.AsArray().Count == 0) return right;
        return SqlValue.Of(left.AsArray() with { Items = [.. left.AsArray().Items, .. right.AsArray().Items] });
    }

    private static SqlValue Join(SqlArray array, string separator, string? nullText, EvaluationContext context)
    {
        var text = new StringBuilder();
        bool isFirst = true;
        foreach (SqlValue item in array.Items)
        {
            if (item.IsNull && nullText is null) continue;
            if (!isFirst) text.Append(separator);
            isFirst = false;
            text.Append(item.IsNull ? nullText : TextFormat.ToText(item, array.ElementType, context.Types));
        }

        return SqlValue.Of(text.ToString());
    }

    private static SqlValue Split(in SqlValue text, in SqlValue separator, in SqlValue nullText)
    {
        if (text.IsNull) return SqlValue.Null;
        string whole = text.AsString();
        string[] parts = whole.Length == 0 ? []
            : separator.IsNull ? [.. whole.EnumerateRunes().Select(r => r.ToString())]
            : separator.AsString().Length == 0 ? [whole]
            : whole.Split(separator.AsString());
        string? unknown = nullText.IsNull ? null : nullText.AsString();
        return SqlValue.Of(new SqlArray(
            SqlType.Text, Array.ConvertAll(parts, part => part == unknown ? SqlValue.Null : SqlValue.Of(part))));
    }
}
