namespace Lintel.Primitives.Errors;

/// <summary>
/// The one error shape of Lintel: what happened, why, what to do, and a stable code. Doors map it to a SQLSTATE, a
/// LINSTOR ret_code or a gRPC status through one table each.
/// </summary>
/// <param name="Code">Stable identity of the error; never reused for another meaning.</param>
/// <param name="Message">What happened, in one sentence without a full stop.</param>
/// <param name="Cause">Why, where it is known.</param>
/// <param name="Correction">What the reader can do about it.</param>
/// <param name="Details">Anything longer: the offending text, the list of refused pools.</param>
public sealed record LintelError(
    ErrorCode Code, string Message, string? Cause = null, string? Correction = null, string? Details = null)
{
    /// <summary>An exception that carries this error across a call that has no outcome value for it.</summary>
    public LintelException ToException(Exception? inner = null) => new(this, inner);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Code}: {Message}{(Cause is null ? "" : $" ({Cause})")}{(Correction is null ? "" : $"; {Correction}")}";
}
