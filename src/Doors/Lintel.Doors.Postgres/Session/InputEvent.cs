using Lintel.Doors.Postgres.Codec;

namespace Lintel.Doors.Postgres.Session;

/// <summary>What came of waiting for the client.</summary>
internal enum InputKind
{
    /// <summary>A message.</summary>
    Frame,

    /// <summary>The client closed, or the connection broke.</summary>
    End,

    /// <summary>Bytes that are no message.</summary>
    Malformed,

    /// <summary>Somebody called <see cref="MessageInput.Interrupt"/>: look at why, and go on waiting if there is no reason.</summary>
    Interrupted,
}

/// <summary>One thing that came of waiting for the client.</summary>
internal readonly record struct InputEvent(InputKind Kind, FrontendFrame Frame = default, string? Reason = null);
