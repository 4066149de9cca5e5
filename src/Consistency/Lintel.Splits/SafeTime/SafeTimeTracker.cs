using Lintel.Primitives.Invariants;
using Lintel.Primitives.Time;
using Lintel.Raft;

namespace Lintel.Splits.SafeTime;

/// <summary>
/// Up to which timestamp a replica may serve reads by itself: the smaller of what replication has closed and what
/// undecided transactions allow (Spanner, OSDI 2012, section 4.1.3). Pure.
/// </summary>
/// <remarks>
/// <para>
/// A leaseholder closes a timestamp only after it has definitely passed, so whatever commits at or below it has been
/// waited out: a reader of a follower never sees a commit whose time has not come yet.
/// </para>
/// <para>
/// While entries flow, each carries the closed timestamp. An idle split has no entries: then the leaseholder's node
/// tells, once for all its idle splits, "closed at c, for this split as of term and index"; it counts here as soon as
/// this replica has applied that very entry.
/// </para>
/// <para>
/// T01: safe time never falls. T02: it is strictly below the timestamp of every transaction that may still become
/// visible here.
/// </para>
/// </remarks>
public sealed class SafeTimeTracker
{
    private Timestamp _closed;
    private (Term Term, LogIndex Index, Timestamp Closed) _announced;

    /// <summary>Reads at or below can be served.</summary>
    public Timestamp Safe { get; private set; }

    /// <summary>An idle leaseholder closed a timestamp, as of an entry of its term.</summary>
    public void Announce(Term term, LogIndex index, Timestamp closed)
    {
        if (closed > _announced.Closed) _announced = (term, index, closed);
    }

    /// <summary>Takes in what has been applied. Returns whether the safe time has grown.</summary>
    /// <param name="applied">The last entry applied.</param>
    /// <param name="appliedTerm">Its term.</param>
    /// <param name="closed">What the entries applied so far have closed.</param>
    /// <param name="earliestPending">The smallest timestamp a pending transaction may still write at, or null.</param>
    public bool Advance(LogIndex applied, Term appliedTerm, Timestamp closed, Timestamp? earliestPending)
    {
        _closed = Timestamp.Later(_closed, closed);
        if (_announced.Closed > _closed && _announced.Index == applied && _announced.Term == appliedTerm)
            _closed = _announced.Closed;
        Timestamp safe = _closed;
        if (earliestPending is { } pending && pending <= safe) safe = pending.Previous();
        Invariant.Require("T02", earliestPending is null || Timestamp.Later(Safe, safe) < earliestPending);
        if (safe <= Safe) return false;
        Safe = safe;
        return true;
    }
}
