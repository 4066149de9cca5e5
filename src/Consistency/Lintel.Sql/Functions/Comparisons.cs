using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>The six comparison operators of every type that has an order, or only equality.</summary>
internal static class Comparisons
{
    private static readonly (string Name, Comparison Comparison)[] Operators =
    [
        ("=", Comparison.Equal), ("<>", Comparison.NotEqual), ("<", Comparison.Less), ("<=", Comparison.LessOrEqual),
        (">", Comparison.Greater), (">=", Comparison.GreaterOrEqual),
    ];

    public static void Register(FunctionRegistry table)
    {
        foreach (string left in (string[])["int2", "int4", "int8"])
            foreach (string right in (string[])["int2", "int4", "int8"]) AddAll(table, left, right, Scalar);
        foreach (string left in (string[])["float4", "float8"])
            foreach (string right in (string[])["float4", "float8"]) AddAll(table, left, right, Float);
        foreach (string type in (string[])["bool", "oid", "char", "date", "time", "timestamp", "timestamptz"])
            AddAll(table, type, type, Scalar);
        foreach (string type in (string[])["numeric", "bpchar", "bytea", "timetz", "interval", "uuid", "jsonb", "oidvector"])
            AddAll(table, type, type, Ordered(Parameter.Parse(type).Type));
        AddAll(table, "text", "text", Text);
        AddAll(table, "name", "name", Text);
        AddAll(table, "name", "text", Text);
        AddAll(table, "text", "name", Text);
        AddAll(table, "date", "timestamp", DateTimeConversions.CompareDateWithTimestamp);
        AddAll(table, "timestamp", "date", Flipped(DateTimeConversions.CompareDateWithTimestamp));
        AddAll(table, "date", "timestamptz", DateTimeConversions.CompareDateWithInstant, isStable: true);
        AddAll(table, "timestamptz", "date", Flipped(DateTimeConversions.CompareDateWithInstant), isStable: true);
        AddAll(table, "timestamp", "timestamptz", DateTimeConversions.CompareTimestampWithInstant, isStable: true);
        AddAll(table, "timestamptz", "timestamp", Flipped(DateTimeConversions.CompareTimestampWithInstant), isStable: true);
        AddEquality(table, "xid", "xid");
        AddEquality(table, "xid", "int4");
        AddEquality(table, "cid", "cid");
        AddEquality(table, "tid", "tid", Text);
        AddEquality(table, "aclitem", "aclitem", Text);
        AddList(table, "anyarray", SqlKind.Array);
        AddList(table, "record", SqlKind.Record);
    }

    /// <summary>A sign; never called with NULL.</summary>
    internal delegate int Order(in SqlValue left, in SqlValue right, EvaluationContext context);

    private static int Scalar(in SqlValue left, in SqlValue right, EvaluationContext context) =>
        left.AsInt64().CompareTo(right.AsInt64());

    private static int Float(in SqlValue left, in SqlValue right, EvaluationContext context) =>
        ValueOrder.Compare(left, right, SqlType.Float8);

    private static int Text(in SqlValue left, in SqlValue right, EvaluationContext context) =>
        ValueOrder.Compare(left, right, SqlType.Text);

    private static Order Ordered(SqlType type) =>
        (in SqlValue left, in SqlValue right, EvaluationContext _) => ValueOrder.Compare(left, right, type);

    private static Order Flipped(Order order) =>
        (in SqlValue left, in SqlValue right, EvaluationContext context) => -order(right, left, context);

    private static void AddAll(FunctionRegistry table, string left, string right, Order order, bool isStable = false)
    {
        foreach ((string name, Comparison comparison) in Operators)
        {
            BinaryFunction function = order == Scalar ? OfScalars(comparison)
                : order == Text && comparison <= Comparison.NotEqual ? OfTexts(comparison)
                : Of(comparison, order);
            table.AddOperator($"{left} {name} {right} bool{(isStable ? " stable" : "")}", function, comparison);
        }
    }

    private static void AddEquality(FunctionRegistry table, string left, string right, Order? order = null)
    {
        table.AddOperator($"{left} = {right} bool", Of(Comparison.Equal, order ?? Scalar), Comparison.Equal);
        table.AddOperator($"{left} <> {right} bool", Of(Comparison.NotEqual, order ?? Scalar), Comparison.NotEqual);
    }

    private static void AddList(FunctionRegistry table, string type, SqlKind kind)
    {
        foreach ((string name, Comparison comparison) in Operators)
        {
            BinaryFunction function = kind == SqlKind.Record
                ? Of(comparison, Ordered(SqlType.Record))
                : Of(comparison, CompareArrays);
            table.AddOperator($"{type} {name} {type} bool", function, comparison);
        }
    }

    private static int CompareArrays(in SqlValue left, in SqlValue right, EvaluationContext context) =>
        ValueOrder.Compare(left, right, SqlType.ArrayOf(left.AsArray().ElementType));

    private static BinaryFunction OfScalars(Comparison comparison) => comparison switch
    {
        Comparison.Equal => (in a, in b, _) => SqlValue.Of(a.AsInt64() == b.AsInt64()),
        Comparison.NotEqual => (in a, in b, _) => SqlValue.Of(a.AsInt64() != b.AsInt64()),
        Comparison.Less => (in a, in b, _) => SqlValue.Of(a.AsInt64() < b.AsInt64()),
        Comparison.LessOrEqual => (in a, in b, _) => SqlValue.Of(a.AsInt64() <= b.AsInt64()),
        Comparison.Greater => (in a, in b, _) => SqlValue.Of(a.AsInt64() > b.AsInt64()),
        _ => (in a, in b, _) => SqlValue.Of(a.AsInt64() >= b.AsInt64()),
    };

    private static BinaryFunction OfTexts(Comparison comparison) => comparison == Comparison.Equal
        ? (in a, in b, _) => SqlValue.Of(string.Equals(a.AsString(), b.AsString(), StringComparison.Ordinal))
        : (in a, in b, _) => SqlValue.Of(!string.Equals(a.AsString(), b.AsString(), StringComparison.Ordinal));

    private static BinaryFunction Of(Comparison comparison, Order order) => comparison switch
    {
        Comparison.Equal => (in a, in b, context) => SqlValue.Of(order(a, b, context) == 0),
        Comparison.NotEqual => (in a, in b, context) => SqlValue.Of(order(a, b, context) != 0),
        Comparison.Less => (in a, in b, context) => SqlValue.Of(order(a, b, context) < 0),
        Comparison.LessOrEqual => (in a, in b, context) => SqlValue.Of(order(a, b, context) <= 0),
        Comparison.Greater => (in a, in b, context) => SqlValue.Of(order(a, b, context) > 0),
        _ => (in a, in b, context) => SqlValue.Of(order(a, b, context) >= 0),
    };
}
