using System.Buffers;
using System.Buffers.Binary;

namespace Lintel.Sql.Types;

/// <summary>Dates, times and intervals in binary: counts since 2000-01-01.</summary>
internal static class BinaryDateTime
{
    // Offsets reach 15:59:59 to either side.
    private const int ZoneSecondsEnd = 16 * 3600;

    public static SqlValue Read(ReadOnlySpan<byte> bytes, SqlType type)
    {
        switch (type.Kind)
        {
            case SqlKind.Date:
                int days = BinaryPrimitives.ReadInt32BigEndian(BinaryFormat.Exactly(bytes, 4));
                return !Calendar.IsFiniteDate(days) || Calendar.IsDate(days) ? SqlValue.Of((long)days) : throw OutOfRange("date");
            case SqlKind.Time:
                return SqlValue.Of(DateTimeRounding.Round(TimeOfDay(BinaryFormat.Exactly(bytes, 8)), type.Modifier));
            case SqlKind.Timetz:
                BinaryFormat.Exactly(bytes, 12);
                int zone = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
                if (zone is <= -ZoneSecondsEnd or >= ZoneSecondsEnd)
                    throw new SqlException(SqlStates.InvalidTimeZoneDisplacement, "time zone displacement out of range");
                return SqlValue.Of(new SqlTimeWithZone(DateTimeRounding.Round(TimeOfDay(bytes), type.Modifier), zone));
            case SqlKind.Interval:
                BinaryFormat.Exactly(bytes, 16);
                var interval = new SqlInterval(
                    BinaryPrimitives.ReadInt32BigEndian(bytes[12..]), BinaryPrimitives.ReadInt32BigEndian(bytes[8..]),
                    BinaryPrimitives.ReadInt64BigEndian(bytes));
                return SqlValue.Of(IntervalFields.Apply(interval, type.Modifier));
            default:
                long instant = BinaryPrimitives.ReadInt64BigEndian(BinaryFormat.Exactly(bytes, 8));
                if (!Calendar.IsFinite(instant)) return SqlValue.Of(instant);
                return Calendar.IsTimestamp(instant)
                    ? SqlValue.Of(DateTimeRounding.Round(instant, type.Modifier))
                    : throw OutOfRange("timestamp");
        }
    }

    public static void Write(IBufferWriter<byte> output, in SqlValue value, SqlType type)
    {
        switch (type.Kind)
        {
            case SqlKind.Date: output.Int32((int)value.AsInt64()); break;
            case SqlKind.Timetz:
                SqlTimeWithZone time = value.AsTimeWithZone();
                output.Int64(time.Microseconds);
                output.Int32(time.ZoneSeconds);
                break;
            case SqlKind.Interval:
                SqlInterval interval = value.AsInterval();
                output.Int64(interval.Microseconds);
                output.Int32(interval.Days);
                output.Int32(interval.Months);
                break;
            default: output.Int64(value.AsInt64()); break;
        }
    }

    private static long TimeOfDay(ReadOnlySpan<byte> bytes)
    {
        long time = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return time is >= 0 and <= Calendar.MicrosecondsPerDay ? time : throw OutOfRange("time");
    }

    private static SqlException OutOfRange(string type) => new(SqlStates.DatetimeFieldOverflow, $"{type} out of range");
}
