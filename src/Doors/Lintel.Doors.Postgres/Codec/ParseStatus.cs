namespace Lintel.Doors.Postgres.Codec;

/// <summary>How an attempt to read a message from the bytes at hand ended.</summary>
public enum ParseStatus
{
    /// <summary>The message is not complete: ask again when more bytes are there.</summary>
    NeedMore,

    /// <summary>A message was read.</summary>
    Ok,

    /// <summary>No continuation of these bytes is a message: answer 08P01 and close.</summary>
    Malformed,
}
