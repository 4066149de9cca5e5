using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Expressions as SQL text.</summary>
internal sealed class ExpressionRenderer(SqlTextWriter writer)
{
    public void Expression(Expression expression)
    {
        switch (expression)
        {
            case NumberLiteral number: writer.Add(number.Text); break;
            case StringLiteral text: writer.Literal(text.Value); break;
            case BitStringLiteral bits: writer.Add(bits.IsHex ? "X'" : "B'").Add(bits.Digits).Add("'"); break;
            case BooleanLiteral truth: writer.Add(truth.Value ? "true" : "false"); break;
            case NullLiteral: writer.Add("NULL"); break;
            case DefaultMarker: writer.Add("DEFAULT"); break;
            case ParameterReference parameter: writer.Add("$").Add(parameter.Number); break;
            case ColumnReference column: Parts(column.Parts); break;
            case StarReference star:
                if (!star.Qualifier.IsEmpty)
                {
                    Parts(star.Qualifier);
                    writer.Add(".");
                }

                writer.Add("*");
                break;
            case UnaryExpression or BinaryExpression or AndExpression or OrExpression or NotExpression
                or IsNullExpression or IsBooleanExpression or IsDistinctExpression or BetweenExpression
                or LikeExpression or InListExpression or InSubqueryExpression or QuantifiedExpression
                or CollateExpression:
                Infix(expression);
                break;
            case FunctionCall call: Call(call); break;
            case UnsupportedExpression unsupported: writer.Add("/* ").Add(unsupported.What).Add(" */ NULL"); break;
            default: Constructor(expression); break;
        }
    }

    public void Type(TypeName type)
    {
        if (type.Name is { Schema: "pg_catalog" } && SpelledType(type) is { } spelled) writer.Add(spelled);
        else writer.Name(type.Name);
        if (type.IsRowTypeReference) writer.Add("%TYPE");
        if (type.IntervalFields is { } fields) writer.Add(" ").Add(fields);
        if (!type.Modifiers.IsEmpty)
        {
            writer.Add("(").List(type.Modifiers, Expression).Add(")");
        }

        if (type.Name is { Schema: "pg_catalog", Name: "time" or "timestamp" }) writer.Add(" without time zone");
        if (type.Name is { Schema: "pg_catalog", Name: "timetz" or "timestamptz" }) writer.Add(" with time zone");
        for (int i = 0; i < type.ArrayDimensions; i++) writer.Add("[]");
    }

    private static string? SpelledType(TypeName type) => type.Name.Name switch
    {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "varchar" => "character varying",
        "bpchar" when !type.Modifiers.IsEmpty => "character",
        "numeric" => "numeric",
        "time" or "timetz" => "time",
        "timestamp" or "timestamptz" => "timestamp",
        "interval" => "interval",
        "bit" => "bit",
        "varbit" => "bit varying",
        _ => null,
    };

    public void SortItems(ImmutableArray<SortItem> items)
    {
        writer.Add("ORDER BY ").List(items, item =>
        {
            Expression(item.Value);
            if (item.UsingOperator is { } usingOperator) writer.Add(" USING ").Add(OperatorText(usingOperator));
            writer.If(item.IsDescending, " DESC");
            writer.If(item.Nulls == NullsOrder.First, " NULLS FIRST").If(item.Nulls == NullsOrder.Last, " NULLS LAST");
        });
    }

    private static string OperatorText(OperatorName name) => name.Schema is null
        ? name.Text
        : $"OPERATOR({Identifiers.Quote(name.Schema)}.{name.Text})";

    private void Parts(ImmutableArray<string> parts)
    {
        for (int i = 0; i < parts.Length; i++) writer.If(i > 0, ".").Name(parts[i]);
    }

    /// <summary>An operand: in parentheses unless it stands for itself.</summary>
    private void Operand(Expression operand)
    {
        bool isPlain = operand is StringLiteral or BooleanLiteral or NullLiteral or ParameterReference or ColumnReference
            or FunctionCall { Over: null, Filter: null } or CaseExpression or CoalesceExpression or GreatestExpression
            or NullIfExpression or ScalarSubquery or ExistsExpression or ArrayConstructor or ArraySubquery or SpecialValue
            or CastExpression or Subscript
            || (operand is NumberLiteral number && number.Text[0] is not '-');
        if (isPlain) Expression(operand);
        else Parenthesized(operand);
    }

    private void Parenthesized(Expression operand)
    {
        writer.Add("(");
        Expression(operand);
        writer.Add(")");
    }

    private void Infix(Expression expression)
    {
        switch (expression)
        {
            case UnaryExpression unary:
                writer.Add(OperatorText(unary.Operator)).Add(" ");
                Operand(unary.Operand);
                break;
            case BinaryExpression binary: Both(binary.Left, OperatorText(binary.Operator), binary.Right); break;
            case AndExpression and: Both(and.Left, "AND", and.Right); break;
            case OrExpression or: Both(or.Left, "OR", or.Right); break;
            case NotExpression not:
                writer.Add("NOT ");
                Operand(not.Operand);
                break;
            case IsNullExpression isNull:
                Operand(isNull.Operand);
                writer.Add(isNull.Negated ? " IS NOT NULL" : " IS NULL");
                break;
            case IsBooleanExpression isBoolean:
                Operand(isBoolean.Operand);
                writer.Add(isBoolean.Negated ? " IS NOT " : " IS ");
                writer.Add(isBoolean.Value switch { true => "TRUE", false => "FALSE", _ => "UNKNOWN" });
                break;
            case IsDistinctExpression distinct:
                Both(distinct.Left, distinct.Negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", distinct.Right);
                break;
            case BetweenExpression between: Between(between); break;
            case LikeExpression like: Like(like); break;
            case InListExpression list:
                Operand(list.Operand);
                writer.Add(list.Negated ? " NOT IN (" : " IN (").List(list.Items, Expression).Add(")");
                break;
            case InSubqueryExpression subquery:
                Operand(subquery.Operand);
                writer.Add(subquery.Negated ? " NOT IN " : " IN ");
                Subquery(subquery.Subquery);
                break;
            case QuantifiedExpression quantified: Quantified(quantified); break;
            case CollateExpression collate:
                Operand(collate.Operand);
                writer.Add(" COLLATE ").Name(collate.Collation);
                break;
        }
    }

    private void Both(Expression left, string infix, Expression right)
    {
        Operand(left);
        writer.Add(" ").Add(infix).Add(" ");
        Operand(right);
    }

    private void Between(BetweenExpression between)
    {
        Operand(between.Operand);
        writer.If(between.Negated, " NOT").Add(" BETWEEN ").If(between.Symmetric, "SYMMETRIC ");
        Operand(between.Low);
        writer.Add(" AND ");
        Operand(between.High);
    }

    private void Like(LikeExpression like)
    {
        string word = like.Kind switch
        {
            LikeKind.Like => "LIKE",
            LikeKind.CaseInsensitive => "ILIKE",
            _ => "SIMILAR TO",
        };
        Both(like.Operand, like.Negated ? "NOT " + word : word, like.Pattern);
        if (like.Escape is null) return;
        writer.Add(" ESCAPE ");
        Operand(like.Escape);
    }

    private void Quantified(QuantifiedExpression quantified)
    {
        Operand(quantified.Left);
        writer.Add(" ").Add(OperatorText(quantified.Operator));
        writer.Add(quantified.Quantifier == Quantifier.Any ? " ANY " : " ALL ");
        if (quantified.Subquery is { } subquery) Subquery(subquery);
        else Parenthesized(quantified.Array!);
    }

    private void Subquery(Query query)
    {
        writer.Add("(");
        new QueryRenderer(writer).Query(query);
        writer.Add(")");
    }

    private void Constructor(Expression expression)
    {
        switch (expression)
        {
            case FieldSelection field:
                Parenthesized(field.Operand);
                writer.Add(".").Name(field.Field);
                break;
            case FieldExpansion expansion:
                Parenthesized(expansion.Operand);
                writer.Add(".*");
                break;
            case Subscript subscript: Bracket(subscript); break;
            case ExistsExpression exists:
                writer.Add("EXISTS ");
                Subquery(exists.Subquery);
                break;
            case ScalarSubquery scalar: Subquery(scalar.Subquery); break;
            case ArraySubquery array:
                writer.Add("ARRAY");
                Subquery(array.Subquery);
                break;
            case ArrayConstructor array: writer.Add("ARRAY[").List(array.Items, Expression).Add("]"); break;
            case RowConstructor row: writer.Add("ROW(").List(row.Items, Expression).Add(")"); break;
            case CaseExpression choice: Case(choice); break;
            case CastExpression cast:
                Operand(cast.Operand);
                writer.Add("::");
                Type(cast.Type);
                break;
            case CoalesceExpression coalesce: writer.Add("COALESCE(").List(coalesce.Arguments, Expression).Add(")"); break;
            case GreatestExpression greatest:
                writer.Add(greatest.IsLeast ? "LEAST(" : "GREATEST(").List(greatest.Arguments, Expression).Add(")");
                break;
            case NullIfExpression nullIf:
                writer.Add("NULLIF(");
                Expression(nullIf.Left);
                writer.Add(", ");
                Expression(nullIf.Right);
                writer.Add(")");
                break;
            case SpecialValue special: Special(special); break;
            default: throw new System.Diagnostics.UnreachableException(expression.GetType().Name);
        }
    }

    private void Bracket(Subscript subscript)
    {
        if (subscript.Operand is ColumnReference or ParameterReference or Subscript) Expression(subscript.Operand);
        else Parenthesized(subscript.Operand);
        writer.Add("[");
        if (subscript.Lower is { } lower) Expression(lower);
        writer.If(subscript.IsSlice, ":");
        if (subscript.Upper is { } upper) Expression(upper);
        writer.Add("]");
    }

    private void Case(CaseExpression choice)
    {
        writer.Add("CASE");
        if (choice.Operand is { } operand)
        {
            writer.Add(" ");
            Expression(operand);
        }

        foreach (WhenClause when in choice.Whens)
        {
            writer.Add(" WHEN ");
            Expression(when.Condition);
            writer.Add(" THEN ");
            Expression(when.Result);
        }

        if (choice.Else is { } otherwise)
        {
            writer.Add(" ELSE ");
            Expression(otherwise);
        }

        writer.Add(" END");
    }

    private void Special(SpecialValue special)
    {
        writer.Add(special.Kind switch
        {
            SpecialValueKind.CurrentDate => "CURRENT_DATE",
            SpecialValueKind.CurrentTime => "CURRENT_TIME",
            SpecialValueKind.CurrentTimestamp => "CURRENT_TIMESTAMP",
            SpecialValueKind.LocalTime => "LOCALTIME",
            SpecialValueKind.LocalTimestamp => "LOCALTIMESTAMP",
            SpecialValueKind.CurrentUser => "CURRENT_USER",
            SpecialValueKind.CurrentRole => "CURRENT_ROLE",
            SpecialValueKind.SessionUser => "SESSION_USER",
            SpecialValueKind.CurrentCatalog => "CURRENT_CATALOG",
            _ => "CURRENT_SCHEMA",
        });
        if (special.Precision is { } precision) writer.Add("(").Add(precision).Add(")");
    }

    private void Call(FunctionCall call)
    {
        for (int i = 0; i < call.Name.Parts.Length; i++) writer.If(i > 0, ".").Add(FunctionName(call.Name.Parts, i));
        writer.Add("(").If(call.IsStar, "*").If(call.IsDistinct, "DISTINCT ");
        writer.List(call.Arguments, argument =>
        {
            writer.If(argument.IsVariadic, "VARIADIC ");
            if (argument.Name is { } name) writer.Name(name).Add(" => ");
            Expression(argument.Value);
        });
        if (!call.OrderBy.IsEmpty)
        {
            writer.Add(" ");
            SortItems(call.OrderBy);
        }

        writer.Add(")");
        if (!call.WithinGroup.IsEmpty)
        {
            writer.Add(" WITHIN GROUP (");
            SortItems(call.WithinGroup);
            writer.Add(")");
        }

        if (call.Filter is { } filter)
        {
            writer.Add(" FILTER (WHERE ");
            Expression(filter);
            writer.Add(")");
        }

        if (call.Over is not { } over) return;
        writer.Add(" OVER ");
        if (over.IsBareName) writer.Name(over.BaseName!);
        else Window(over);
    }

    private static string FunctionName(ImmutableArray<string> parts, int index)
    {
        string name = parts[index];
        bool isFunctionKeyword = Keywords.Find(name) is { Class: KeywordClass.FunctionOrType } && parts.Length == 1;
        return isFunctionKeyword || name == "current_schema" ? name : Identifiers.Quote(name);
    }

    public void Window(WindowSpecification window)
    {
        writer.Add("(");
        string separator = "";
        if (window.BaseName is { } name)
        {
            writer.Name(name);
            separator = " ";
        }

        if (!window.PartitionBy.IsEmpty)
        {
            writer.Add(separator).Add("PARTITION BY ").List(window.PartitionBy, Expression);
            separator = " ";
        }

        if (!window.OrderBy.IsEmpty)
        {
            writer.Add(separator);
            SortItems(window.OrderBy);
            separator = " ";
        }

        if (window.Frame is { } frame)
        {
            writer.Add(separator).Add(frame.Unit.ToString().ToUpperInvariant()).Add(" BETWEEN ");
            Bound(frame.Start);
            writer.Add(" AND ");
            Bound(frame.End);
            writer.If(frame.Exclusion == FrameExclusion.CurrentRow, " EXCLUDE CURRENT ROW")
                .If(frame.Exclusion == FrameExclusion.Group, " EXCLUDE GROUP")
                .If(frame.Exclusion == FrameExclusion.Ties, " EXCLUDE TIES");
        }

        writer.Add(")");
    }

    private void Bound(FrameBound bound)
    {
        if (bound.Offset is { } offset)
        {
            Operand(offset);
            writer.Add(" ");
        }

        writer.Add(bound.Kind switch
        {
            FrameBoundKind.UnboundedPreceding => "UNBOUNDED PRECEDING",
            FrameBoundKind.Preceding => "PRECEDING",
            FrameBoundKind.CurrentRow => "CURRENT ROW",
            FrameBoundKind.Following => "FOLLOWING",
            _ => "UNBOUNDED FOLLOWING",
        });
    }
}
