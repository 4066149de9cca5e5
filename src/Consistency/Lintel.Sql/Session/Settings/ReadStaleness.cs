using System.Globalization;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.Settings;

/// <summary>The setting lintel.read_staleness: <c>strong</c>, or how old what is read may be, as a duration.</summary>
internal static class ReadStaleness
{
    private const string Strong = "strong";
    private static readonly IntegerSetting Duration = new(0, int.MaxValue, SettingUnits.Milliseconds);

    /// <summary>Canonical form: <c>strong</c> or milliseconds with their unit.</summary>
    public static string Normalize(string value)
    {
        string text = value.Trim();
        if (text.Length == 0 || string.Equals(text, Strong, StringComparison.OrdinalIgnoreCase)) return Strong;
        string milliseconds = Duration.Normalize(text);
        return milliseconds == "0" ? Strong : milliseconds + "ms";
    }

    /// <summary>
    /// The bound of AS OF SYSTEM TIME: an age as a literal with a minus sign, <c>'-10s'</c>. 0A000 for other forms.
    /// </summary>
    public static SnapshotBound BoundOf(Expression asOf)
    {
        if (asOf is StringLiteral { Value: ['-', .. var age] })
        {
            try
            {
                return BoundOf(Normalize(age));
            }
            catch (FormatException)
            {
                // Said below, with its place.
            }
        }

        throw new SqlException(
            SqlStates.FeatureNotSupported, "AS OF SYSTEM TIME takes an age as a literal, such as '-10s'", asOf.Position);
    }

    /// <summary>The bound that a canonical value asks for.</summary>
    public static SnapshotBound BoundOf(string canonical) =>
        canonical == Strong
            ? SnapshotBound.Strong
            : SnapshotBound.StaleBy(TimeSpan.FromMilliseconds(
                long.Parse(canonical.AsSpan(0, canonical.Length - 2), NumberStyles.Integer, CultureInfo.InvariantCulture)));
}
