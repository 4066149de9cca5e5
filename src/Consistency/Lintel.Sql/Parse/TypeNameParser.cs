using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Type names, with SQL's many spellings brought to PostgreSQL's internal names.</summary>
internal sealed class TypeNameParser(Grammar grammar)
{
    private const string Catalog = "pg_catalog";
    private TokenCursor Cursor => grammar.Cursor;

    /// <summary>[SETOF] type [array bounds]</summary>
    public TypeName Parse()
    {
        TypeName type = Simple();
        int dimensions = 0;
        if (Cursor.Accept("array"))
        {
            dimensions = 1;
            if (Cursor.AcceptSymbol("[")) EndOfBound();
            return type with { ArrayDimensions = dimensions };
        }

        while (Cursor.AcceptSymbol("["))
        {
            dimensions++;
            EndOfBound();
        }

        return dimensions == 0 ? type : type with { ArrayDimensions = dimensions };
    }

    /// <summary>
    /// A type without array bounds. Words of the SQL grammar come first; any other name is taken as written.
    /// </summary>
    public TypeName Simple()
    {
        int position = Cursor.Position;
        if (TryBuiltin(position) is { } builtin) return builtin;
        QualifiedName name = GenericName(position);
        if (Cursor.Current is { Kind: TokenKind.Operator, Text: "%" } && Cursor.Ahead(1) is { Kind: TokenKind.Keyword, Text: "type" })
        {
            Cursor.Advance();
            Cursor.Advance();
            return new TypeName(position, name, [], IsRowTypeReference: true);
        }

        return new TypeName(position, name, OptionalModifiers());
    }

    /// <summary>
    /// The built-in type at the cursor, or null without moving when there is none. After it a string literal makes a
    /// typed constant, so the expression parser asks too.
    /// </summary>
    public TypeName? TryBuiltin(int position)
    {
        if (Cursor.Current.Kind != TokenKind.Keyword) return null;
        switch (Cursor.Current.Text)
        {
            case "int" or "integer": return Plain(position, "int4");
            case "smallint": return Plain(position, "int2");
            case "bigint": return Plain(position, "int8");
            case "real": return Plain(position, "float4");
            case "boolean": return Plain(position, "bool");
            case "float": return Float(position);
            case "double" when Cursor.At("double", "precision"):
                Cursor.Advance();
                return Plain(position, "float8");
            case "decimal" or "dec" or "numeric":
                Cursor.Advance();
                return Named(position, "numeric", OptionalModifiers());
            case "character" or "char" or "varchar" or "nchar": return Character(position);
            case "national" when Cursor.At("national", "character") || Cursor.At("national", "char"):
                Cursor.Advance();
                return Character(position);
            case "bit":
                Cursor.Advance();
                string bit = Cursor.Accept("varying") ? "varbit" : "bit";
                return Named(position, bit, OptionalModifiers());
            case "time" or "timestamp": return TimeLike(position);
            case "interval": return Interval(position);
            default: return null;
        }
    }

    private static TypeName Named(int position, string name, ImmutableArray<Expression> modifiers) =>
        new(position, new QualifiedName(position, [Catalog, name]), modifiers);

    private TypeName Plain(int position, string name)
    {
        Cursor.Advance();
        return Named(position, name, []);
    }

    private TypeName Float(int position)
    {
        Cursor.Advance();
        if (!Cursor.AcceptSymbol("(")) return Named(position, "float8", []);
        int at = Cursor.Position;
        long digits = Cursor.ExpectInteger();
        Cursor.ExpectSymbol(")");
        if (digits < 1) throw new Types.SqlException(Types.SqlStates.InvalidParameterValue, "precision for type float must be at least 1 bit", at);
        if (digits > 53) throw new Types.SqlException(Types.SqlStates.InvalidParameterValue, "precision for type float must be less than 54 bits", at);
        return Named(position, digits < 25 ? "float4" : "float8", []);
    }

    private TypeName Character(int position)
    {
        bool isVarying = Cursor.Advance().Text == "varchar" || Cursor.Accept("varying");
        ImmutableArray<Expression> modifiers = OptionalModifiers();
        if (!isVarying && modifiers.IsEmpty) modifiers = [new NumberLiteral(position, "1")];
        return Named(position, isVarying ? "varchar" : "bpchar", modifiers);
    }

    private TypeName TimeLike(int position)
    {
        string name = Cursor.Advance().Text;
        ImmutableArray<Expression> precision = OptionalModifiers();
        bool withZone = Cursor.Accept("with", "time", "zone");
        if (!withZone) Cursor.Accept("without", "time", "zone");
        return Named(position, withZone ? name + "tz" : name, precision);
    }

    private TypeName Interval(int position)
    {
        Cursor.Advance();
        ImmutableArray<Expression> precision = OptionalModifiers();
        TypeName type = Named(position, "interval", precision);
        return precision.IsEmpty ? AcceptIntervalFields(type) : type;
    }

    /// <summary>YEAR TO MONTH and such, behind an interval type or an interval constant.</summary>
    public TypeName AcceptIntervalFields(TypeName type)
    {
        if (Cursor.Current.Text is not ("year" or "month" or "day" or "hour" or "minute" or "second")
            || Cursor.Current.Kind != TokenKind.Keyword)
        {
            return type;
        }

        string fields = Cursor.Advance().Text;
        if (Cursor.Accept("to"))
        {
            string last = Cursor.Current.Text;
            bool isFiner = fields switch
            {
                "year" => last == "month",
                "day" => last is "hour" or "minute" or "second",
                "hour" => last is "minute" or "second",
                "minute" => last == "second",
                _ => false,
            };
            if (!isFiner) throw Cursor.SyntaxError();
            fields += " to " + Cursor.Advance().Text;
        }

        ImmutableArray<Expression> precision =
            fields.EndsWith("second", StringComparison.Ordinal) ? OptionalModifiers() : [];
        return type with { IntervalFields = fields, Modifiers = precision };
    }

    private QualifiedName GenericName(int position)
    {
        Token token = Cursor.Current;
        bool fits = token.Kind == TokenKind.Identifier
            || token.Keyword is { Class: KeywordClass.Unreserved or KeywordClass.FunctionOrType };
        if (!fits) throw Cursor.SyntaxError();
        var parts = ImmutableArray.CreateBuilder<string>(2);
        parts.Add(Cursor.Advance().Text);
        while (Cursor.AcceptSymbol(".")) parts.Add(Cursor.Label());
        return new QualifiedName(position, parts.ToImmutable());
    }

    private ImmutableArray<Expression> OptionalModifiers()
    {
        if (!Cursor.AcceptSymbol("(")) return [];
        ImmutableArray<Expression> modifiers = Cursor.List(grammar.Expressions.Parse);
        Cursor.ExpectSymbol(")");
        return modifiers;
    }

    private void EndOfBound()
    {
        if (Cursor.Current.Kind == TokenKind.Integer) Cursor.Advance();
        Cursor.ExpectSymbol("]");
    }
}
