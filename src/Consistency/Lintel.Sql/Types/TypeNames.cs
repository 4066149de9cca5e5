using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Types;

/// <summary>Type names as the parser reads them, brought to types.</summary>
public static class TypeNames
{
    private const int CharactersMax = 10_485_760;
    private const int PrecisionMax = 1000;
    private const int FractionDigitsMax = 6;

    // PostgreSQL has these and Lintel does not: 0A000 says more than "does not exist".
    private static readonly FrozenSet<string> Unsupported = new[]
    {
        "bit", "varbit", "money", "inet", "cidr", "macaddr", "macaddr8", "point", "line", "lseg", "box", "path", "polygon",
        "circle", "xml", "tsvector", "tsquery", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
        "int4multirange", "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange", "jsonpath",
        "pg_lsn", "pg_snapshot", "txid_snapshot", "xid8", "refcursor", "gtsvector", "regconfig", "regdictionary",
        "regoperator", "regcollation", "cstring", "any", "anyelement", "anyarray", "trigger", "event_trigger", "internal",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// The type that a name denotes, modifier included. Throws 42704 for an unknown name, 22023 and 42601 for a modifier
    /// the type does not take, 0A000 for what Lintel does not have.
    /// </summary>
    public static SqlType Resolve(TypeName name)
    {
        SqlType type = Plain(name);
        if (!name.Modifiers.IsEmpty || name.IntervalFields is not null) type = WithModifier(type, name);
        if (name.ArrayDimensions == 0) return type;
        if (type.IsArray || TypeRegistry.Of(type.Kind).ArrayOid == 0)
            throw new SqlException(SqlStates.UndefinedObject, $"could not find array type for data type {type.DisplayName}", name.Position);
        return SqlType.ArrayOf(type);
    }

    private static SqlType Plain(TypeName name)
    {
        if (name.IsRowTypeReference)
            throw new SqlException(SqlStates.FeatureNotSupported, "%TYPE is not supported", name.Position);
        ImmutableArray<string> parts = name.Name.Parts;
        string last = parts[^1];
        bool isCatalog = parts.Length == 1 || (parts.Length == 2 && parts[0] == "pg_catalog");
        if (isCatalog && TypeRegistry.TryFindName(last, out SqlType type)) return type;
        if (isCatalog && Unsupported.Contains(last))
            throw new SqlException(SqlStates.FeatureNotSupported, $"type {last} is not supported", name.Position);
        throw new SqlException(SqlStates.UndefinedObject, $"type \"{string.Join('.', parts)}\" does not exist", name.Position);
    }

    private static SqlType WithModifier(SqlType type, TypeName name)
    {
        if (name.IntervalFields is { } fields) return IntervalType(fields, name);
        int[] numbers = Numbers(name);
        switch (type.Kind)
        {
            case SqlKind.Varchar or SqlKind.Bpchar:
                string shown = type.Kind == SqlKind.Varchar ? "varchar" : "char";
                if (numbers.Length != 1) throw Invalid("invalid type modifier", name);
                if (numbers[0] < 1) throw Invalid($"length for type {shown} must be at least 1", name);
                if (numbers[0] > CharactersMax) throw Invalid($"length for type {shown} cannot exceed {CharactersMax}", name);
                return type with { Modifier = numbers[0] + SqlType.ModifierHeader };
            case SqlKind.Numeric:
                return NumericType(numbers, name);
            case SqlKind.Time or SqlKind.Timetz or SqlKind.Timestamp or SqlKind.Timestamptz:
                if (numbers.Length != 1) throw Invalid("invalid type modifier", name);
                return type with { Modifier = FractionDigits(numbers[0], type, name) };
            case SqlKind.Interval:
                if (numbers.Length != 1) throw Invalid("invalid INTERVAL type modifier", name);
                return type with
                {
                    Modifier = IntervalFields.Modifier(IntervalFields.FullRange, FractionDigits(numbers[0], type, name)),
                };
            default:
                throw new SqlException(
                    SqlStates.SyntaxError, $"type modifier is not allowed for type \"{name.Name.Parts[^1]}\"", name.Position);
        }
    }

    private static SqlType NumericType(int[] numbers, TypeName name)
    {
        if (numbers.Length is 0 or > 2) throw Invalid("invalid NUMERIC type modifier", name);
        if (numbers[0] is < 1 or > PrecisionMax)
            throw Invalid($"NUMERIC precision {numbers[0]} must be between 1 and {PrecisionMax}", name);
        int scale = numbers.Length == 2 ? numbers[1] : 0;
        if (scale is < -PrecisionMax or > PrecisionMax)
            throw Invalid($"NUMERIC scale {scale} must be between -{PrecisionMax} and {PrecisionMax}", name);
        return SqlType.NumericOf(numbers[0], scale);
    }

    private static SqlType IntervalType(string fields, TypeName name)
    {
        int range = IntervalFields.Parse(fields)
            ?? throw new SqlException(SqlStates.SyntaxError, $"syntax error at or near \"{fields.Split(' ')[^1]}\"", name.Position);
        int[] numbers = Numbers(name);
        int precision = numbers.Length == 0 ? IntervalFields.FullPrecision : FractionDigits(numbers[0], SqlType.Interval, name);
        return SqlType.Interval with { Modifier = IntervalFields.Modifier(range, precision) };
    }

    private static int FractionDigits(int digits, SqlType type, TypeName name) => digits < 0
        ? throw Invalid($"{type.DisplayName.ToUpperInvariant()}({digits}) precision must not be negative", name)
        : Math.Min(digits, FractionDigitsMax);

    private static int[] Numbers(TypeName name)
    {
        var numbers = new int[name.Modifiers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            (string text, int sign) = name.Modifiers[i] switch
            {
                NumberLiteral literal => (literal.Text, 1),
                StringLiteral literal => (literal.Value, 1),
                UnaryExpression { Operator.Text: "-", Operand: NumberLiteral literal } => (literal.Text, -1),
                _ => ("", 1),
            };
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
                throw new SqlException(SqlStates.SyntaxError, "type modifiers must be simple constants or identifiers", name.Position);
            numbers[i] *= sign;
        }

        return numbers;
    }

    private static SqlException Invalid(string message, TypeName name) =>
        new(SqlStates.InvalidParameterValue, message, name.Position);
}
