using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>OVERLAPS: whether two periods have an instant in common. A period is two ends in any order, or an end and a length.</summary>
internal static class DateTimeOverlaps
{
    public static void Register(FunctionRegistry table)
    {
        foreach (string type in (string[])["timestamp", "timestamptz", "time"])
        {
            foreach (string first in (string[])[type, "interval"])
            {
                foreach (string second in (string[])[type, "interval"])
                {
                    bool isFirstLength = first == "interval";
                    bool isSecondLength = second == "interval";
                    string stability = type == "timestamptz" ? " stable" : "";
                    table.Add($"overlaps({type}, {first}, {type}, {second}) bool nonstrict{stability}", (a, context) => Overlap(
                        Start(a[0]), End(a[0], a[1], isFirstLength, type, context),
                        Start(a[2]), End(a[2], a[3], isSecondLength, type, context)));
                }
            }
        }
    }

    private static long? Start(in SqlValue value) => value.IsNull ? null : value.AsInt64();

    private static long? End(in SqlValue start, in SqlValue end, bool isLength, string type, EvaluationContext context)
    {
        if (end.IsNull || (isLength && start.IsNull)) return null;
        if (!isLength) return end.AsInt64();
        return type switch
        {
            "timestamptz" => IntervalMath.AddToInstant(start.AsInt64(), end.AsInterval(), context.Types.TimeZone),
            "timestamp" => IntervalMath.AddTo(start.AsInt64(), end.AsInterval()),
            _ => Calendar.FloorModulo(start.AsInt64() + (end.AsInterval().Microseconds % Calendar.MicrosecondsPerDay), Calendar.MicrosecondsPerDay),
        };
    }

    /// <summary>The rules of SQL, with unknown ends: the answer is unknown unless the known ends decide it.</summary>
    private static SqlValue Overlap(long? start1, long? end1, long? start2, long? end2)
    {
        if (!Order(ref start1, ref end1) || !Order(ref start2, ref end2)) return SqlValue.Null;
        if (start1 == start2)
        {
            // Starting together is having an instant in common, whatever the ends.
            return end1 is null || end2 is null ? SqlValue.Null : SqlValue.True;
        }

        if (start1 < start2) (start1, end1, start2, end2) = (start2, end2, start1, end1);
        if (end2 is null) return SqlValue.Null;
        if (start1 < end2) return SqlValue.True;
        return end1 is null ? SqlValue.Null : SqlValue.False;
    }

    /// <summary>Puts the earlier end first, a known one before an unknown one; false when both are unknown.</summary>
    private static bool Order(ref long? start, ref long? end)
    {
        if (start is null && end is null) return false;
        if (start is null || (end is not null && start > end)) (start, end) = (end, start);
        return true;
    }
}
