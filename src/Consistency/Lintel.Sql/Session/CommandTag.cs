using System.Globalization;

namespace Lintel.Sql.Session;

/// <summary>What CommandComplete says: <c>UPDATE 3</c>, <c>INSERT 0 1</c>, <c>BEGIN</c>.</summary>
/// <param name="Verb">The words before the count.</param>
/// <param name="Count">Rows, or -1 for a command that counts none.</param>
public readonly record struct CommandTag(string Verb, long Count = -1)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Count < 0 ? Verb : string.Create(CultureInfo.InvariantCulture, $"{Verb} {Count}");
}

/// <summary>How an Execute ended.</summary>
/// <param name="Kind">Whether the portal is at its end.</param>
/// <param name="Tag">What CommandComplete says, for <see cref="ExecuteOutcomeKind.Completed"/>.</param>
public readonly record struct ExecuteOutcome(ExecuteOutcomeKind Kind, CommandTag Tag);

/// <summary>The cases of <see cref="ExecuteOutcome"/>.</summary>
public enum ExecuteOutcomeKind
{
    /// <summary>CommandComplete.</summary>
    Completed,

    /// <summary>PortalSuspended: the row limit was reached and the portal can go on.</summary>
    Suspended,

    /// <summary>EmptyQueryResponse: there was no statement in the text.</summary>
    Empty,
}
