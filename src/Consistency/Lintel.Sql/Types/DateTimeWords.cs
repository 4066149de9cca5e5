namespace Lintel.Sql.Types;

/// <summary>What a word in a date or time means.</summary>
internal enum DateTimeWord
{
    /// <summary>A filler: at, on.</summary>
    Ignored,

    /// <summary>A month, 1 to 12.</summary>
    Month,

    /// <summary>A day of the week, 0 (Sunday) to 6.</summary>
    DayOfWeek,

    /// <summary>am (0) or pm (1).</summary>
    Meridian,

    /// <summary>ad (0) or bc (1).</summary>
    Era,

    /// <summary>A zone abbreviation; the value is seconds east.</summary>
    Zone,

    /// <summary>dst: the zone before it is an hour further east.</summary>
    DaylightSaving,

    /// <summary>t: a time follows.</summary>
    TimeMarker,

    /// <summary>j: a Julian day number follows.</summary>
    JulianMarker,

    /// <summary>now.</summary>
    Now,

    /// <summary>today.</summary>
    Today,

    /// <summary>tomorrow.</summary>
    Tomorrow,

    /// <summary>yesterday.</summary>
    Yesterday,

    /// <summary>epoch.</summary>
    Epoch,

    /// <summary>infinity.</summary>
    Late,

    /// <summary>-infinity.</summary>
    Early,

    /// <summary>allballs: midnight UTC.</summary>
    MidnightUtc,
}

/// <summary>The words of date and time input, in lower case.</summary>
internal static class DateTimeWords
{
    // PostgreSQL compares at most this many letters.
    private const int LengthMax = 10;

    private static readonly Dictionary<string, (DateTimeWord Word, int Value)> Words = Build();

    /// <summary>The meaning of a word in lower case.</summary>
    public static bool TryFind(string text, out DateTimeWord word, out int value)
    {
        string key = text.Length > LengthMax ? text[..LengthMax] : text;
        if (Words.TryGetValue(key, out (DateTimeWord Word, int Value) found))
        {
            (word, value) = found;
            return true;
        }

        word = DateTimeWord.Zone;
        return SqlTimeZone.TryAbbreviation(text, out value);
    }

    /// <summary>Whether it is a word of its own, zones not counted.</summary>
    public static bool IsReserved(string text) => Words.ContainsKey(text.Length > LengthMax ? text[..LengthMax] : text);

    private static Dictionary<string, (DateTimeWord Word, int Value)> Build()
    {
        var words = new Dictionary<string, (DateTimeWord Word, int Value)>(StringComparer.Ordinal)
        {
            ["at"] = (DateTimeWord.Ignored, 0),
            ["on"] = (DateTimeWord.Ignored, 0),
            ["am"] = (DateTimeWord.Meridian, 0),
            ["pm"] = (DateTimeWord.Meridian, 1),
            ["ad"] = (DateTimeWord.Era, 0),
            ["bc"] = (DateTimeWord.Era, 1),
            ["dst"] = (DateTimeWord.DaylightSaving, 3600),
            ["t"] = (DateTimeWord.TimeMarker, 0),
            ["j"] = (DateTimeWord.JulianMarker, 0),
            ["jd"] = (DateTimeWord.JulianMarker, 0),
            ["julian"] = (DateTimeWord.JulianMarker, 0),
            ["now"] = (DateTimeWord.Now, 0),
            ["today"] = (DateTimeWord.Today, 0),
            ["tomorrow"] = (DateTimeWord.Tomorrow, 0),
            ["yesterday"] = (DateTimeWord.Yesterday, 0),
            ["epoch"] = (DateTimeWord.Epoch, 0),
            ["infinity"] = (DateTimeWord.Late, 0),
            ["+infinity"] = (DateTimeWord.Late, 0),
            ["-infinity"] = (DateTimeWord.Early, 0),
            ["allballs"] = (DateTimeWord.MidnightUtc, 0),
        };
        string[] months =
        [
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ];
        string[] days =
        [
            "sun sunday", "mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday", "fri friday",
            "sat saturday",
        ];
        for (int i = 0; i < months.Length; i++)
            foreach (string name in months[i].Split(' ')) words.Add(name, (DateTimeWord.Month, i + 1));
        for (int i = 0; i < days.Length; i++)
            foreach (string name in days[i].Split(' ')) words.Add(name, (DateTimeWord.DayOfWeek, i));
        return words;
    }
}
