namespace Lintel.Primitives.Errors;

/// <summary>Carries a <see cref="LintelError"/> to the door that will report it.</summary>
public sealed class LintelException : Exception
{
    /// <summary>Wraps <paramref name="error"/>.</summary>
    public LintelException(LintelError error, Exception? inner = null)
        : base(error.ToString(), inner) => Error = error;

    /// <summary>Wraps a new error of <paramref name="code"/>.</summary>
    public LintelException(ErrorCode code, string message, string? cause = null, string? correction = null)
        : this(new LintelError(code, message, cause, correction))
    {
    }

    /// <summary>What happened.</summary>
    public LintelError Error { get; }
}
