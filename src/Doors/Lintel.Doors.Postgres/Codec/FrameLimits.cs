namespace Lintel.Doors.Postgres.Codec;

/// <summary>Bounds on what a client may send. They are checked on the length alone, before anything is stored.</summary>
public sealed record FrameLimits
{
    /// <summary>Bytes of a start-up packet, as PostgreSQL has it.</summary>
    public const int StartupBytesMax = 10_000;

    /// <summary>Bytes of an authentication answer: SCRAM's are a few hundred.</summary>
    public const int AuthenticationBytesMax = 4_096;

    /// <summary>
    /// Bytes of a message that carries text or data (Query, Parse, Bind, CopyData): 64 MB, four times the longest SQL
    /// text, so that a large parameter or a batch of rows fits.
    /// </summary>
    public int MessageBytesMax { get; init; } = 64 << 20;

    /// <summary>Bytes of a message that carries a name or nothing.</summary>
    public int SmallMessageBytesMax { get; init; } = 10_000;

    /// <summary>The bound for a kind.</summary>
    public int For(FrontendKind kind) => kind switch
    {
        FrontendKind.Query or FrontendKind.Parse or FrontendKind.Bind or FrontendKind.CopyData
            or FrontendKind.FunctionCall => MessageBytesMax,
        FrontendKind.Password => AuthenticationBytesMax,
        _ => SmallMessageBytesMax,
    };
}
