namespace Lintel.Sql.Types;

/// <summary>How a date of three numbers is read: the second word of DateStyle.</summary>
public enum DateOrder
{
    /// <summary>MDY: month, day, year.</summary>
    MonthDayYear,

    /// <summary>DMY.</summary>
    DayMonthYear,

    /// <summary>YMD.</summary>
    YearMonthDay,
}

/// <summary>The setting bytea_output.</summary>
public enum ByteaOutput
{
    /// <summary>\x1f2e.</summary>
    Hex,

    /// <summary>Printable bytes as they are, others as \ooo.</summary>
    Escape,
}

/// <summary>The setting IntervalStyle.</summary>
public enum IntervalStyle
{
    /// <summary>1 year 2 mons 3 days 04:05:06.</summary>
    Postgres,

    /// <summary>@ 1 year 2 mons 3 days 4 hours 5 mins 6 secs.</summary>
    PostgresVerbose,

    /// <summary>+1-2 +3 +4:05:06.</summary>
    SqlStandard,

    /// <summary>P1Y2M3DT4H5M6S.</summary>
    Iso8601,
}

/// <summary>Names of catalog objects, for the reg* types: the session answers from the schema it sees.</summary>
public interface IObjectNames
{
    /// <summary>
    /// The name that <paramref name="oid"/> prints as, quoted and qualified as needed; null when there is no such object
    /// (it then prints as a number).
    /// </summary>
    string? NameOf(SqlKind kind, uint oid);

    /// <summary>The object that a text names. Throws PostgreSQL's error of the kind (42P01 for regclass) when there is none.</summary>
    uint Find(SqlKind kind, string text);
}

/// <summary>
/// What reading and printing values depends on besides the value: the session's settings, the instant that 'now' means,
/// and the names of catalog objects. Immutable; a session makes a new one when a setting changes or a transaction starts.
/// </summary>
public sealed record TypeContext
{
    /// <summary>UTC, PostgreSQL's default settings, no catalog. For tests and for values that depend on none of it.</summary>
    public static TypeContext Default { get; } = new();

    /// <summary>The setting TimeZone.</summary>
    public SqlTimeZone TimeZone { get; init; } = SqlTimeZone.Utc;

    /// <summary>The order of DateStyle; output is always ISO.</summary>
    public DateOrder DateOrder { get; init; } = DateOrder.MonthDayYear;

    /// <summary>The setting IntervalStyle.</summary>
    public IntervalStyle IntervalStyle { get; init; } = IntervalStyle.Postgres;

    /// <summary>The setting bytea_output.</summary>
    public ByteaOutput ByteaOutput { get; init; } = ByteaOutput.Hex;

    /// <summary>The setting extra_float_digits: above 0 floats print shortest, else with 15 (6) digits plus this.</summary>
    public int ExtraFloatDigits { get; init; } = 1;

    /// <summary>Start of the transaction, microseconds since 2000-01-01 UTC: what 'now' and 'today' mean.</summary>
    public long TransactionTime { get; init; }

    /// <summary>The catalog, for reg* types; without it only numbers are read and printed.</summary>
    public IObjectNames? Names { get; init; }
}
