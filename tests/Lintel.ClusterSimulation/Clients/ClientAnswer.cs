using Lintel.Primitives.Time;

namespace Lintel.ClusterSimulation.Clients;

/// <summary>What a client learned of a transaction.</summary>
/// <param name="Kind">Whether it happened.</param>
/// <param name="Value">What its body returned; also given in doubt, once the body had ended.</param>
/// <param name="At">The commit timestamp, or the read timestamp, when it happened.</param>
public readonly record struct ClientAnswer<T>(AnswerKind Kind, T? Value, Timestamp At)
{
    /// <summary>Whether it happened.</summary>
    public bool IsOk => Kind == AnswerKind.Ok;
}

/// <summary>The cases of <see cref="ClientAnswer{T}"/>.</summary>
public enum AnswerKind
{
    /// <summary>It happened.</summary>
    Ok,

    /// <summary>It did not and never will.</summary>
    Fail,

    /// <summary>Nobody told.</summary>
    Unknown,
}
