namespace Lintel.Sql.Types;

/// <summary>
/// A time zone as SQL names it: an IANA name ('Europe/Berlin'), an abbreviation ('CET'), a POSIX offset ('UTC+3', west is
/// positive) or a numeric displacement ('+02', east is positive). Offsets are seconds east of UTC. Immutable.
/// </summary>
public sealed partial class SqlTimeZone
{
    private readonly TimeZoneInfo? _rules;
    private readonly int _fixedOffset;

    private SqlTimeZone(string name, TimeZoneInfo? rules, int fixedOffset)
    {
        Name = name;
        _rules = rules;
        _fixedOffset = fixedOffset;
    }

    /// <summary>UTC.</summary>
    public static SqlTimeZone Utc { get; } = new("UTC", null, 0);

    /// <summary>As SHOW TimeZone prints it.</summary>
    public string Name { get; }
}
