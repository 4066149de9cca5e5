using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Requests;

/// <summary>
/// The leadership under which a transaction took its locks. Locks live in the leaseholder's memory, so they are gone
/// with it: a commit shows the sequence of its first read, and is aborted when another leadership is in office. A
/// split that was divided off has another id, so locks taken before the division do not count there either.
/// </summary>
public readonly record struct LeaseSequence(SplitId Split, ulong Term)
{
    /// <summary>"This transaction read nothing there."</summary>
    public static LeaseSequence None => default;

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => Split.IsNone;
}
