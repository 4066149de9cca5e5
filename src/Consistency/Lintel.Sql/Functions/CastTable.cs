using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>pg_cast: which types convert into which, where, and how.</summary>
internal static class CastTable
{
    private static readonly Dictionary<(SqlKind From, SqlKind To), Entry> Entries = Build();

    /// <summary>One row; no delegate means that the value stays as it is.</summary>
    private sealed record Entry(CastContext Context, UnaryFunction? Convert, Volatility Volatility = Volatility.Immutable);

    /// <summary>Whether a value may become the type without being asked.</summary>
    public static bool IsImplicit(SqlType from, SqlType to)
    {
        if (from.Kind == to.Kind && from.Element == to.Element) return true;
        if (from.Kind == SqlKind.Unknown) return true;
        if (Entries.TryGetValue((from.Kind, to.Kind), out Entry? entry)) return entry.Context == CastContext.Implicit;
        return to.IsArray && IsList(from) && IsImplicit(from.ElementType.Bare, to.ElementType.Bare);
    }

    /// <summary>The cast of types and modifiers; null when there is none in the context.</summary>
    public static Cast? Find(SqlType from, SqlType to, CastContext context)
    {
        if (!TryConversion(from, to, context, out UnaryFunction? convert, out Volatility volatility)) return null;
        UnaryFunction? fit = Modifiers.Fitting(to, from, context);
        if (fit is null) return new Cast(from, to, convert, volatility);
        if (convert is null) return new Cast(from, to, fit, volatility);
        return new Cast(
            from, to,
            (in SqlValue value, EvaluationContext evaluation) =>
            {
                SqlValue converted = convert(value, evaluation);
                return converted.IsNull ? converted : fit(converted, evaluation);
            },
            volatility);
    }

    private static bool IsList(SqlType type) => type.Kind is SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector;

    private static bool TryConversion(
        SqlType from, SqlType to, CastContext context, out UnaryFunction? convert, out Volatility volatility)
    {
        convert = null;
        volatility = Volatility.Immutable;
        if (from.Bare == to.Bare) return true;
        if (from.Kind == SqlKind.Unknown)
        {
            convert = ReadText(to);
            volatility = InputVolatility(to);
            return true;
        }

        if (Entries.TryGetValue((from.Kind, to.Kind), out Entry? entry))
        {
            convert = entry.Convert;
            volatility = entry.Volatility;
            return entry.Context <= context;
        }

        if (to.IsArray && IsList(from) && TryConversion(from.ElementType.Bare, to.ElementType.Bare, context, out UnaryFunction? element, out volatility))
        {
            convert = Elementwise(element, to.ElementType.Bare);
            return true;
        }

        if (context >= CastContext.Assignment && to.Category == TypeCategory.String && from.Kind != SqlKind.Void)
        {
            convert = PrintText(from, to);
            volatility = OutputVolatility(from);
            return true;
        }

        if (context < CastContext.Explicit || from.Category != TypeCategory.String) return false;
        convert = ReadText(to);
        volatility = InputVolatility(to);
        return true;
    }

    /// <summary>Dates know 'today' and DateStyle, names of objects the catalog; other input depends on nothing else.</summary>
    private static Volatility InputVolatility(SqlType type) => (type.IsArray ? type.Element : type.Kind) switch
    {
        SqlKind.Date or SqlKind.Time or SqlKind.Timetz or SqlKind.Timestamp or SqlKind.Timestamptz or SqlKind.Interval => Volatility.Stable,
        SqlKind kind when ObjectText.Covers(kind) => Volatility.Stable,
        _ => Volatility.Immutable,
    };

    private static Volatility OutputVolatility(SqlType type) => (type.IsArray ? type.Element : type.Kind) switch
    {
        SqlKind.Bool or SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8 or SqlKind.Numeric or SqlKind.Oid or SqlKind.Uuid or SqlKind.Json
            or SqlKind.Jsonb or SqlKind.Char or SqlKind.Name or SqlKind.Text or SqlKind.Varchar or SqlKind.Bpchar or SqlKind.Time => Volatility.Immutable,
        _ => Volatility.Stable,
    };

    private static UnaryFunction ReadText(SqlType to)
    {
        // The range of an interval says what a bare number means, so it is needed already here.
        SqlType target = to.Kind == SqlKind.Interval ? to : to.Bare;
        return (in SqlValue value, EvaluationContext context) => TextFormat.Parse(value.AsString(), target, context.Types);
    }

    private static UnaryFunction PrintText(SqlType from, SqlType to)
    {
        SqlType target = to.Bare;
        bool isName = to.Kind == SqlKind.Name;
        return (in SqlValue value, EvaluationContext context) =>
        {
            string text = TextFormat.ToText(value, from, context.Types);
            return isName ? TextFormat.Parse(text, target, context.Types) : SqlValue.Of(text);
        };
    }

    private static UnaryFunction Elementwise(UnaryFunction? element, SqlType to) =>
        (in SqlValue value, EvaluationContext context) =>
        {
            SqlArray array = value.AsArray();
            if (element is null) return SqlValue.Of(array with { ElementType = to });
            var items = new SqlValue[array.Count];
            for (int i = 0; i < items.Length; i++)
                items[i] = array.Items[i].IsNull ? SqlValue.Null : element(array.Items[i], context);
            return SqlValue.Of(new SqlArray(to, items, array.LowerBound));
        };

    private static Dictionary<(SqlKind From, SqlKind To), Entry> Build()
    {
        var entries = new Dictionary<(SqlKind From, SqlKind To), Entry>();
        AddNumbers();
        AddObjects();
        AddTexts();
        AddDateTimes();
        AddJson();
        return entries;

        void Add(CastContext context, SqlKind from, SqlKind to, UnaryFunction? convert, Volatility volatility = Volatility.Immutable) =>
            entries.Add((from, to), new Entry(context, convert, volatility));

        void AddNumbers()
        {
            SqlKind[] numbers = [SqlKind.Int2, SqlKind.Int4, SqlKind.Int8, SqlKind.Numeric, SqlKind.Float4, SqlKind.Float8];
            for (int i = 0; i < numbers.Length; i++)
                for (int j = 0; j < numbers.Length; j++)
                    if (i != j) Add(i < j ? CastContext.Implicit : CastContext.Assignment, numbers[i], numbers[j], NumberConversions.Between(numbers[i], numbers[j]));
            Add(CastContext.Explicit, SqlKind.Int4, SqlKind.Bool, (in value, _) => SqlValue.Of(value.AsInt64() != 0));
            Add(CastContext.Explicit, SqlKind.Bool, SqlKind.Int4, null);
            Add(CastContext.Explicit, SqlKind.Int4, SqlKind.Char, NumberConversions.ToChar);
            Add(CastContext.Explicit, SqlKind.Char, SqlKind.Int4, (in value, _) => SqlValue.Of((long)(sbyte)value.AsInt64()));
        }

        void AddObjects()
        {
            SqlKind[] objects =
            [
                SqlKind.Oid, SqlKind.Regclass, SqlKind.Regtype, SqlKind.Regproc, SqlKind.Regprocedure, SqlKind.Regnamespace,
                SqlKind.Regrole, SqlKind.Regoper,
            ];
            foreach (SqlKind kind in objects)
            {
                Add(CastContext.Implicit, SqlKind.Int2, kind, NumberConversions.ToOid);
                Add(CastContext.Implicit, SqlKind.Int4, kind, NumberConversions.ToOid);
                Add(CastContext.Implicit, SqlKind.Int8, kind, NumberConversions.BigToOid);
                Add(CastContext.Assignment, kind, SqlKind.Int4, (in value, _) => SqlValue.Of((long)(int)value.AsInt64()));
                Add(CastContext.Assignment, kind, SqlKind.Int8, null);
                if (kind == SqlKind.Oid) continue;
                Add(CastContext.Implicit, kind, SqlKind.Oid, null);
                Add(CastContext.Implicit, SqlKind.Oid, kind, null);
            }

            Add(CastContext.Implicit, SqlKind.Regproc, SqlKind.Regprocedure, null);
            Add(CastContext.Implicit, SqlKind.Regprocedure, SqlKind.Regproc, null);
            foreach (SqlKind text in (SqlKind[])[SqlKind.Text, SqlKind.Varchar])
            {
                Add(
                    CastContext.Implicit, text, SqlKind.Regclass,
                    (in value, context) => SqlValue.Of((long)ObjectText.Parse(value.AsString(), SqlKind.Regclass, context.Types)),
                    Volatility.Stable);
            }
        }

        void AddTexts()
        {
            UnaryFunction trim = (in value, _) => SqlValue.Of(value.AsString().TrimEnd(' '));
            UnaryFunction name = (in value, _) => SqlValue.Of(ScalarText.FitName(value.AsString()));
            UnaryFunction trimmedName = (in value, _) => SqlValue.Of(ScalarText.FitName(value.AsString().TrimEnd(' ')));
            UnaryFunction toChar = (in value, _) => SqlValue.Of(ScalarText.ParseChar(value.AsString()));
            UnaryFunction fromChar = (in value, context) => SqlValue.Of(TextFormat.ToText(value, SqlType.Char, context.Types));
            UnaryFunction fromBool = (in value, _) => SqlValue.Of(value.AsBool() ? "true" : "false");
            Add(CastContext.Implicit, SqlKind.Text, SqlKind.Varchar, null);
            Add(CastContext.Implicit, SqlKind.Text, SqlKind.Bpchar, null);
            Add(CastContext.Implicit, SqlKind.Varchar, SqlKind.Text, null);
            Add(CastContext.Implicit, SqlKind.Varchar, SqlKind.Bpchar, null);
            Add(CastContext.Implicit, SqlKind.Bpchar, SqlKind.Text, trim);
            Add(CastContext.Implicit, SqlKind.Bpchar, SqlKind.Varchar, trim);
            Add(CastContext.Implicit, SqlKind.Text, SqlKind.Name, name);
            Add(CastContext.Implicit, SqlKind.Varchar, SqlKind.Name, name);
            Add(CastContext.Implicit, SqlKind.Bpchar, SqlKind.Name, trimmedName);
            Add(CastContext.Implicit, SqlKind.Name, SqlKind.Text, null);
            Add(CastContext.Assignment, SqlKind.Name, SqlKind.Varchar, null);
            Add(CastContext.Assignment, SqlKind.Name, SqlKind.Bpchar, null);
            foreach (SqlKind text in (SqlKind[])[SqlKind.Text, SqlKind.Varchar, SqlKind.Bpchar])
            {
                Add(CastContext.Assignment, text, SqlKind.Char, toChar);
                Add(text == SqlKind.Text ? CastContext.Implicit : CastContext.Assignment, SqlKind.Char, text, fromChar);
                Add(CastContext.Assignment, SqlKind.Bool, text, fromBool);
            }

            Add(CastContext.Implicit, SqlKind.NodeTree, SqlKind.Text, null);
        }

        void AddDateTimes()
        {
            Add(CastContext.Implicit, SqlKind.Date, SqlKind.Timestamp, DateTimeConversions.DateToTimestamp);
            Add(CastContext.Implicit, SqlKind.Date, SqlKind.Timestamptz, DateTimeConversions.DateToTimestamptz, Volatility.Stable);
            Add(CastContext.Implicit, SqlKind.Time, SqlKind.Interval, (in value, _) => SqlValue.Of(new SqlInterval(0, 0, value.AsInt64())));
            Add(CastContext.Implicit, SqlKind.Time, SqlKind.Timetz, DateTimeConversions.TimeToTimetz, Volatility.Stable);
            Add(CastContext.Assignment, SqlKind.Timestamp, SqlKind.Date, DateTimeConversions.TimestampToDate);
            Add(CastContext.Assignment, SqlKind.Timestamp, SqlKind.Time, DateTimeConversions.TimestampToTime);
            Add(CastContext.Implicit, SqlKind.Timestamp, SqlKind.Timestamptz, DateTimeConversions.TimestampToTimestamptz, Volatility.Stable);
            Add(CastContext.Assignment, SqlKind.Timestamptz, SqlKind.Date, DateTimeConversions.TimestamptzToDate, Volatility.Stable);
            Add(CastContext.Assignment, SqlKind.Timestamptz, SqlKind.Time, DateTimeConversions.TimestamptzToTime, Volatility.Stable);
            Add(CastContext.Assignment, SqlKind.Timestamptz, SqlKind.Timestamp, DateTimeConversions.TimestamptzToTimestamp, Volatility.Stable);
            Add(CastContext.Assignment, SqlKind.Timestamptz, SqlKind.Timetz, DateTimeConversions.TimestamptzToTimetz, Volatility.Stable);
            Add(CastContext.Assignment, SqlKind.Interval, SqlKind.Time, DateTimeConversions.IntervalToTime);
            Add(CastContext.Assignment, SqlKind.Timetz, SqlKind.Time, (in value, _) => SqlValue.Of(value.AsTimeWithZone().Microseconds));
        }

        void AddJson()
        {
            Add(CastContext.Assignment, SqlKind.Json, SqlKind.Jsonb, (in value, _) => SqlValue.Of(JsonText.Normalized(value.AsString())));
            Add(CastContext.Assignment, SqlKind.Jsonb, SqlKind.Json, null);
            foreach (SqlKind kind in (SqlKind[])[SqlKind.Bool, SqlKind.Int2, SqlKind.Int4, SqlKind.Int8, SqlKind.Numeric, SqlKind.Float4, SqlKind.Float8])
                Add(CastContext.Explicit, SqlKind.Jsonb, kind, JsonConversions.ToScalar(kind));
        }
    }
}
