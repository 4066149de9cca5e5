namespace Lintel.Doors.Postgres.Codec;

/// <summary>The messages of a client after start-up, by their first byte.</summary>
public enum FrontendKind : byte
{
    /// <summary>Bind: values for a prepared statement make a portal.</summary>
    Bind = (byte)'B',

    /// <summary>Close of a statement or portal.</summary>
    Close = (byte)'C',

    /// <summary>A piece of COPY data.</summary>
    CopyData = (byte)'d',

    /// <summary>The end of COPY data.</summary>
    CopyDone = (byte)'c',

    /// <summary>The client gives up a COPY.</summary>
    CopyFail = (byte)'f',

    /// <summary>Describe of a statement or portal.</summary>
    Describe = (byte)'D',

    /// <summary>Execute of a portal.</summary>
    Execute = (byte)'E',

    /// <summary>Flush: send what is pending.</summary>
    Flush = (byte)'H',

    /// <summary>The function call sub-protocol, which is not served.</summary>
    FunctionCall = (byte)'F',

    /// <summary>Parse: prepares a statement.</summary>
    Parse = (byte)'P',

    /// <summary>An answer to an authentication request: its form depends on the request.</summary>
    Password = (byte)'p',

    /// <summary>A simple query.</summary>
    Query = (byte)'Q',

    /// <summary>Sync: ends a group of extended messages.</summary>
    Sync = (byte)'S',

    /// <summary>The client leaves.</summary>
    Terminate = (byte)'X',
}
