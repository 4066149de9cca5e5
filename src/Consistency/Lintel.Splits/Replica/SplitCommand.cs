using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Replica;

/// <summary>
/// What stands in the log of a split. The leaseholder has decided everything already (locks, timestamps, checks);
/// applying a command looks at the applied state only, and does the same on every replica.
/// </summary>
/// <param name="Divisions">
/// <see cref="SplitState.Divisions"/> as the leader knew it: if the span was divided in between, the command is void.
/// </param>
/// <param name="Closed">No later entry commits or prepares at or below this.</param>
public abstract record SplitCommand(ulong Divisions, Timestamp Closed);

/// <summary>
/// Decides a transaction: writes the outcome record and, for a commit, the writes at its timestamp. Void when an
/// outcome exists. With staged writes the transaction goes on as <see cref="PendingPhase.Moving"/>.
/// </summary>
public sealed record DecideCommand(
    ulong Divisions,
    Timestamp Closed,
    TransactionId Transaction,
    Key Anchor,
    TransactionOutcome Outcome,
    Timestamp Written,
    IReadOnlyList<Mutation> Mutations,
    IReadOnlyList<KeySpan> Participants,
    bool WithStaged,
    IReadOnlyList<KeySpan> Exclusive) : SplitCommand(Divisions, Closed);

/// <summary>Prepares a transaction.</summary>
public sealed record PrepareCommand(
    ulong Divisions,
    Timestamp Closed,
    TransactionId Transaction,
    Key Coordinator,
    Timestamp At,
    IReadOnlyList<Mutation> Mutations,
    IReadOnlyList<KeySpan> Exclusive,
    IReadOnlyList<KeySpan> Shared) : SplitCommand(Divisions, Closed);

/// <summary>Ends a prepared transaction.</summary>
public sealed record ResolveCommand(
    ulong Divisions, Timestamp Closed, TransactionId Transaction, TransactionOutcome Outcome) : SplitCommand(Divisions, Closed);

/// <summary>Stages writes of a transaction.</summary>
public sealed record StageCommand(
    ulong Divisions, Timestamp Closed, TransactionId Transaction, long Sequence, IReadOnlyList<Mutation> Mutations)
    : SplitCommand(Divisions, Closed);

/// <summary>Makes visible (or, with <paramref name="Drop"/>, removes) up to so many staged rows of a transaction.</summary>
public sealed record MoveStagedCommand(
    ulong Divisions, Timestamp Closed, TransactionId Transaction, int RowsMax, bool Drop) : SplitCommand(Divisions, Closed);

/// <summary>Every participant of a decided transaction knows it: their spans leave the outcome record.</summary>
public sealed record ResolvedCommand(ulong Divisions, Timestamp Closed, TransactionId Transaction, Key Anchor)
    : SplitCommand(Divisions, Closed);

/// <summary>
/// Divides the split. <paramref name="Floor"/> is the latest timestamp the leader assigned or served; it serves none
/// until this is applied, so both sides begin above it. <paramref name="LeftBytes"/> is about what stays on the left.
/// </summary>
public sealed record DivideCommand(
    ulong Divisions, Timestamp Closed, Key At, SplitId Right, Timestamp Floor, long LeftBytes)
    : SplitCommand(Divisions, Closed);

/// <summary>
/// Raises the floor: written by a leader that is about to hand over, with the latest timestamp it assigned or served.
/// </summary>
public sealed record FloorCommand(ulong Divisions, Timestamp Closed, Timestamp Floor) : SplitCommand(Divisions, Closed);

/// <summary>Removes versions and outcomes that nobody can ask for any more, in one bounded step.</summary>
public sealed record CollectCommand(ulong Divisions, Timestamp Closed, Timestamp Horizon, Key From, int VersionsMax)
    : SplitCommand(Divisions, Closed);
