using System.Collections.Immutable;
using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>A condition of the form column op value, seen from one table.</summary>
/// <param name="Ordinal">The column.</param>
/// <param name="Comparison">How it compares.</param>
/// <param name="Value">The value, or the array when <paramref name="IsAny"/>.</param>
/// <param name="IsAny">Whether the column equals any element of an array.</param>
/// <param name="Source">The condition it was made of.</param>
internal sealed record Sargable(int Ordinal, Comparison Comparison, BoundExpression Value, bool IsAny, Conjunct Source);

/// <summary>Finds the conditions that an index can answer.</summary>
internal static class IndexMatch
{
    /// <summary>The conditions on single columns of a table, among conjuncts whose other registers are known.</summary>
    public static List<Sargable> Find(TableRelation table, IEnumerable<Conjunct> conjuncts)
    {
        var own = new HashSet<int>();
        table.AddRegisters(own);
        var found = new List<Sargable>();
        foreach (Conjunct conjunct in conjuncts)
        {
            if (conjunct.IsVolatile) continue;
            Sargable? match = conjunct.Condition switch
            {
                FunctionExpression { Function.Comparison: { } comparison } call when call.Operands.Length == 2 =>
                    Compare(table, own, comparison, call.Operands[0], call.Operands[1], conjunct)
                    ?? Compare(table, own, Flip(comparison), call.Operands[1], call.Operands[0], conjunct),
                InList { IsNegated: false } list => Any(table, own, list, conjunct),
                ArrayComparison { IsAll: false, Function.Comparison: Comparison.Equal } any =>
                    Compare(table, own, Comparison.Equal, any.Operands[0], any.Operands[1], conjunct, isAny: true),
                HashedSubquery { Operands.Length: 1 } @in => In(table, own, @in, conjunct),
                RegisterExpression flag => Flag(table, own, flag, value: true, conjunct),
                NotOperator not when not.Operands[0] is RegisterExpression flag => Flag(table, own, flag, value: false, conjunct),
                _ => null,
            };
            if (match is not null && match.Comparison != Comparison.NotEqual) found.Add(match);
        }

        return found;
    }

    private static Sargable? Flag(TableRelation table, HashSet<int> own, RegisterExpression flag, bool value, Conjunct conjunct) =>
        own.Contains(flag.Register) && flag.Type.Kind == SqlKind.Bool
            ? new Sargable(
                flag.Register - table.First, Comparison.Equal, new ConstantExpression(SqlValue.Of(value), SqlType.Bool), false, conjunct)
            : null;

    // The rows of the subquery as a list of values: nulls among them match nothing.
    private static Sargable? In(TableRelation table, HashSet<int> own, HashedSubquery @in, Conjunct conjunct)
    {
        if (Column(table, own, @in.Operands[0]) is not { } ordinal) return null;
        SqlType type = @in.Operands[0].Type.Bare;
        return SameKeys(table.Layout.Types[ordinal], type)
            ? new Sargable(ordinal, Comparison.Equal, new ArraySubqueryExpression(@in.Subplan, type, @in.Position), true, conjunct)
            : null;
    }

    private static Sargable? Any(TableRelation table, HashSet<int> own, InList list, Conjunct conjunct)
    {
        if (Column(table, own, list.Operands[0]) is not { } ordinal) return null;
        for (int i = 1; i < list.Operands.Length; i++)
        {
            if (!IsUsable(list.Operands[i], table.Layout.Types[ordinal], own)) return null;
        }

        BoundExpression[] items = list.Operands[1..].ToArray();
        var array = new Constructor(items, SqlType.ArrayOf(list.Operands[0].Type.Bare), list.Position);
        return new Sargable(ordinal, Comparison.Equal, array, true, conjunct);
    }

    private static Sargable? Compare(
        TableRelation table, HashSet<int> own, Comparison comparison, BoundExpression column, BoundExpression value,
        Conjunct conjunct, bool isAny = false)
    {
        if (Column(table, own, column) is not { } ordinal) return null;
        SqlType type = table.Layout.Types[ordinal];
        if (isAny)
        {
            if (!SameKeys(type, value.Type.ElementType) || Conjunct.RegistersOf(value).Overlaps(own)) return null;
        }
        else if (!IsUsable(value, type, own))
        {
            return null;
        }

        return new Sargable(ordinal, comparison, value, isAny, conjunct);
    }

    // int4 widened to int8 and varchar shown as text are the column still: their keys are the same bytes.
    private static int? Column(TableRelation table, HashSet<int> own, BoundExpression expression)
    {
        while (expression is ConversionExpression conversion && SameKeys(conversion.Operands[0].Type, conversion.Type))
            expression = conversion.Operands[0];
        return expression is RegisterExpression register && own.Contains(register.Register) ? register.Register - table.First : null;
    }

    private static bool IsUsable(BoundExpression value, SqlType column, HashSet<int> own) =>
        SameKeys(column, value.Type) && !Conjunct.RegistersOf(value).Overlaps(own);

    private static bool SameKeys(SqlType a, SqlType b)
    {
        if (a.Bare == b.Bare) return KeyColumns.CanIndex(a);
        return (IsInteger(a) && IsInteger(b)) || (IsText(a) && IsText(b))
            || (a.Kind is SqlKind.Float4 or SqlKind.Float8 && b.Kind is SqlKind.Float4 or SqlKind.Float8);
    }

    private static bool IsInteger(SqlType type) => type.Kind is SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8;

    private static bool IsText(SqlType type) => type.Kind is SqlKind.Text or SqlKind.Varchar;

    private static Comparison Flip(Comparison comparison) => comparison switch
    {
        Comparison.Less => Comparison.Greater,
        Comparison.LessOrEqual => Comparison.GreaterOrEqual,
        Comparison.Greater => Comparison.Less,
        Comparison.GreaterOrEqual => Comparison.LessOrEqual,
        _ => comparison,
    };
}

/// <summary>One way to read a table.</summary>
/// <param name="Index">Through which index.</param>
/// <param name="Bounds">Which part of it.</param>
/// <param name="Used">The conditions that the bounds answer.</param>
/// <param name="Rows">How many rows are expected.</param>
/// <param name="Fixed">Columns (registers) fixed by equality.</param>
internal sealed record AccessPath(
    IndexLayout Index, KeyBounds Bounds, ImmutableArray<Sargable> Used, double Rows, ImmutableArray<int> Fixed)
{
    /// <summary>Whether at most one row is found, by its whole key.</summary>
    public bool IsPoint => Index.Index.IsUnique && Bounds.Equal.Length == Index.Ordinals.Length;

    /// <summary>What it costs, in rows read in order; a row fetched by way of another index counts more.</summary>
    public double Cost => Index.Index.IsPrimary ? Rows : (Rows * 2) + 1;
}
