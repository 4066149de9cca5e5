namespace Lintel.Sql.Types;

/// <summary>varchar(n) and char(n): what does not fit, and the blanks that fill up.</summary>
public static class CharacterLimits
{
    /// <summary>
    /// The text as a column of the type holds it. Too long a text is cut when only blanks are lost, or when the cast was
    /// written; otherwise it is refused with 22001.
    /// </summary>
    public static string Fit(string text, SqlType type, bool isExplicit)
    {
        if (type.CharacterLimit is not { } limit) return text;
        if (text.Length <= limit && type.Kind == SqlKind.Varchar) return text;
        int length = TextParts.CountCharacters(text);
        if (length > limit)
        {
            int end = TextParts.IndexOfCharacter(text, limit);
            if (!isExplicit && text.AsSpan(end).TrimEnd(' ').Length > 0)
            {
                string name = type.Kind == SqlKind.Varchar ? "character varying" : "character";
                throw new SqlException(SqlStates.StringDataRightTruncation, $"value too long for type {name}({limit})");
            }

            return text[..end];
        }

        return type.Kind == SqlKind.Bpchar && length < limit ? text.PadRight(text.Length + limit - length) : text;
    }
}
