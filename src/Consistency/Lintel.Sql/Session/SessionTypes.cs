using System.Globalization;
using Lintel.Sql.Functions;
using Lintel.Sql.Session.Commands;
using Lintel.Sql.Session.Settings;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>What functions and value formats see of a session's settings, renewed when they change.</summary>
internal sealed class SessionTypes(SqlSession session) : ISessionSettings
{
    private long _seen = -1;

    /// <summary>Brings an evaluation context up to date with the settings.</summary>
    public void Refresh(EvaluationContext context)
    {
        SessionSettings settings = session.Settings;
        if (_seen == settings.Changes) return;
        _seen = settings.Changes;
        context.Types = context.Types with
        {
            DateOrder = settings.Get("DateStyle") switch
            {
                "ISO, DMY" => DateOrder.DayMonthYear,
                "ISO, YMD" => DateOrder.YearMonthDay,
                _ => DateOrder.MonthDayYear,
            },
            IntervalStyle = settings.Get("IntervalStyle") switch
            {
                "postgres_verbose" => IntervalStyle.PostgresVerbose,
                "sql_standard" => IntervalStyle.SqlStandard,
                "iso_8601" => IntervalStyle.Iso8601,
                _ => IntervalStyle.Postgres,
            },
            ByteaOutput = settings.Get("bytea_output") == "escape" ? ByteaOutput.Escape : ByteaOutput.Hex,
            ExtraFloatDigits = int.Parse(settings.Get("extra_float_digits"), CultureInfo.InvariantCulture),
            TimeZone = SettingZones.Of(settings.Get("TimeZone")),
        };
        context.SearchPath = [.. session.SearchPath.Where(s => s != "pg_catalog")];
    }

    /// <inheritdoc/>
    public string? Show(string name) => SettingCommands.Show(session, name);

    /// <inheritdoc/>
    public string Set(string name, string? value, bool isLocal)
    {
        new SettingCommands(session).Set(name, value, isLocal);
        Refresh(session.Evaluation);
        return Show(name) ?? "";
    }
}
