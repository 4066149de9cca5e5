using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>Numbers as SQL text has them.</summary>
public static class NumberLiterals
{
    /// <summary>An unsigned number of the grammar: int4 where it fits, else int8, else numeric.</summary>
    public static (SqlValue Value, SqlType Type) Read(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long whole))
            return (SqlValue.Of(whole), whole <= int.MaxValue ? SqlType.Int4 : SqlType.Int8);
        return (SqlValue.Of(NumericText.Parse(text)), SqlType.Numeric);
    }
}
