namespace Lintel.Identity.Scram;

/// <summary>What one message of a client leads to.</summary>
/// <param name="Kind">How the exchange goes on.</param>
/// <param name="Reply">What to send: the challenge, or the server's proof.</param>
/// <param name="Reason">What is wrong with the message, for <see cref="ScramStepKind.Malformed"/>.</param>
public readonly record struct ScramStep(ScramStepKind Kind, ReadOnlyMemory<byte> Reply = default, string? Reason = null);

/// <summary>The cases of <see cref="ScramStep"/>.</summary>
public enum ScramStepKind
{
    /// <summary>Send the reply and wait for the next message.</summary>
    Continue,

    /// <summary>The client knows the password: send the reply, and let it in.</summary>
    Authenticated,

    /// <summary>It does not, or the user does not exist: the two look alike.</summary>
    Rejected,

    /// <summary>The message breaks the mechanism's grammar.</summary>
    Malformed,
}
