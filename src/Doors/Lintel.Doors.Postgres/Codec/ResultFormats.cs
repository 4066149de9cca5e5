namespace Lintel.Doors.Postgres.Codec;

/// <summary>The formats in which a client wants the columns of a result: one for all, or one for each.</summary>
/// <param name="All">The format of every column, when <paramref name="Each"/> is null.</param>
/// <param name="Each">A format per column.</param>
public readonly record struct ResultFormats(WireFormat All, WireFormat[]? Each = null)
{
    /// <summary>Everything as text.</summary>
    public static ResultFormats Text => default;

    /// <summary>The format of a column; text past the end of the list.</summary>
    public WireFormat this[int column] => Each is null ? All : column < Each.Length ? Each[column] : WireFormat.Text;

    /// <summary>Reads the codes of a Bind; false when one of them is neither 0 nor 1.</summary>
    public static bool TryRead(in BindMessage message, out ResultFormats formats, out short wrong)
    {
        wrong = 0;
        formats = default;
        int count = message.ResultFormatCount;
        WireFormat[]? each = count > 1 ? new WireFormat[count] : null;
        for (int i = 0; i < count; i++)
        {
            wrong = message.ResultFormat(i);
            if (wrong is not (0 or 1)) return false;
            if (each is null) formats = new ResultFormats((WireFormat)wrong);
            else each[i] = (WireFormat)wrong;
        }

        if (each is not null) formats = new ResultFormats(default, each);
        return true;
    }
}
