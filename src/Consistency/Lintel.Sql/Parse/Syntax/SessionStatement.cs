using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>Isolation levels by name; Lintel serves all of them at least as strong as asked.</summary>
public enum IsolationLevel
{
    /// <summary>READ UNCOMMITTED.</summary>
    ReadUncommitted,

    /// <summary>READ COMMITTED.</summary>
    ReadCommitted,

    /// <summary>REPEATABLE READ.</summary>
    RepeatableRead,

    /// <summary>SERIALIZABLE.</summary>
    Serializable,
}

/// <summary>Modes of BEGIN and SET TRANSACTION; null where not written.</summary>
/// <param name="Isolation">ISOLATION LEVEL.</param>
/// <param name="IsReadOnly">READ ONLY true, READ WRITE false.</param>
/// <param name="IsDeferrable">DEFERRABLE true, NOT DEFERRABLE false.</param>
/// <param name="AsOf">AS OF SYSTEM TIME expression.</param>
public sealed record TransactionModes(
    IsolationLevel? Isolation, bool? IsReadOnly, bool? IsDeferrable, Expression? AsOf = null)
{
    /// <summary>Nothing written.</summary>
    public static TransactionModes None { get; } = new(null, null, null);
}

/// <summary>BEGIN or START TRANSACTION.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Modes">Its modes.</param>
/// <param name="IsStart">START TRANSACTION: the command tag differs.</param>
public sealed record BeginStatement(int Position, TransactionModes Modes, bool IsStart) : Statement(Position);

/// <summary>COMMIT or END [AND CHAIN].</summary>
public sealed record CommitStatement(int Position, bool IsChained) : Statement(Position);

/// <summary>ROLLBACK or ABORT [AND CHAIN].</summary>
public sealed record RollbackStatement(int Position, bool IsChained) : Statement(Position);

/// <summary>SAVEPOINT name.</summary>
public sealed record SavepointStatement(int Position, string Name) : Statement(Position);

/// <summary>RELEASE [SAVEPOINT] name.</summary>
public sealed record ReleaseStatement(int Position, string Name) : Statement(Position);

/// <summary>ROLLBACK TO [SAVEPOINT] name.</summary>
public sealed record RollbackToStatement(int Position, string Name) : Statement(Position);

/// <summary>SET TRANSACTION modes, or SET SESSION CHARACTERISTICS AS TRANSACTION modes.</summary>
public sealed record SetTransactionStatement(int Position, TransactionModes Modes, bool IsSessionCharacteristics)
    : Statement(Position);

/// <summary>
/// SET [SESSION|LOCAL] name = values. SET TIME ZONE is name timezone (LOCAL and DEFAULT arrive as no values), SET NAMES
/// is client_encoding, SET SCHEMA is search_path, SET ROLE is role, SET SESSION AUTHORIZATION is session_authorization,
/// SET SEED is seed.
/// </summary>
/// <param name="Position">Where SET stands.</param>
/// <param name="Name">Lower case, dotted for custom settings.</param>
/// <param name="Values">String, number, boolean literals; bare words arrive as string literals. Empty means DEFAULT.</param>
/// <param name="IsLocal">SET LOCAL.</param>
public sealed record SetStatement(int Position, string Name, ImmutableArray<Expression> Values, bool IsLocal)
    : Statement(Position)
{
    /// <summary>Whether the setting goes back to its default.</summary>
    public bool IsDefault => Values.IsEmpty;
}

/// <summary>SET CONSTRAINTS ALL | names DEFERRED | IMMEDIATE; no names means ALL.</summary>
public sealed record SetConstraintsStatement(int Position, ImmutableArray<QualifiedName> Names, bool IsDeferred)
    : Statement(Position);

/// <summary>RESET name, or RESET ALL when the name is null.</summary>
public sealed record ResetStatement(int Position, string? Name) : Statement(Position);

/// <summary>SHOW name, or SHOW ALL when the name is null.</summary>
public sealed record ShowStatement(int Position, string? Name) : Statement(Position);

/// <summary>EXPLAIN. ANALYZE and VERBOSE arrive as options.</summary>
public sealed record ExplainStatement(int Position, ImmutableArray<OptionSetting> Options, Statement Target)
    : Statement(Position);

/// <summary>One table of VACUUM or ANALYZE.</summary>
public sealed record VacuumTarget(int Position, QualifiedName Table, ImmutableArray<ColumnName> Columns)
    : SyntaxNode(Position);

/// <summary>VACUUM [FULL FREEZE VERBOSE ANALYZE] [tables].</summary>
public sealed record VacuumStatement(
    int Position, ImmutableArray<OptionSetting> Options, ImmutableArray<VacuumTarget> Targets) : Statement(Position);

/// <summary>ANALYZE [tables].</summary>
public sealed record AnalyzeStatement(
    int Position, ImmutableArray<OptionSetting> Options, ImmutableArray<VacuumTarget> Targets) : Statement(Position);

/// <summary>PREPARE name (types) AS statement.</summary>
public sealed record PrepareStatement(
    int Position, string Name, ImmutableArray<TypeName> ParameterTypes, Statement Target) : Statement(Position);

/// <summary>EXECUTE name (arguments).</summary>
public sealed record ExecuteStatement(int Position, string Name, ImmutableArray<Expression> Arguments)
    : Statement(Position);

/// <summary>DEALLOCATE [PREPARE] name, or ALL when the name is null.</summary>
public sealed record DeallocateStatement(int Position, string? Name) : Statement(Position);

/// <summary>What DISCARD forgets.</summary>
public enum DiscardKind
{
    /// <summary>DISCARD ALL.</summary>
    All,

    /// <summary>DISCARD PLANS.</summary>
    Plans,

    /// <summary>DISCARD SEQUENCES.</summary>
    Sequences,

    /// <summary>DISCARD TEMP.</summary>
    Temporary,
}

/// <summary>DISCARD.</summary>
public sealed record DiscardStatement(int Position, DiscardKind Kind) : Statement(Position);

/// <summary>DECLARE name [BINARY] [[NO] SCROLL] CURSOR [WITH HOLD] FOR query.</summary>
/// <param name="Position">Where DECLARE stands.</param>
/// <param name="Name">The cursor.</param>
/// <param name="Query">What it reads.</param>
/// <param name="IsBinary">BINARY.</param>
/// <param name="IsScroll">SCROLL true, NO SCROLL false, not written null.</param>
/// <param name="WithHold">WITH HOLD.</param>
/// <param name="IsInsensitive">INSENSITIVE.</param>
public sealed record DeclareCursorStatement(
    int Position, string Name, Query Query, bool IsBinary, bool? IsScroll, bool WithHold, bool IsInsensitive)
    : Statement(Position);

/// <summary>Where FETCH and MOVE go.</summary>
public enum FetchDirection
{
    /// <summary>Forward by count (null count = ALL).</summary>
    Forward,

    /// <summary>Backward by count (null count = ALL).</summary>
    Backward,

    /// <summary>To the row at count (FIRST is 1, LAST is -1).</summary>
    Absolute,

    /// <summary>By count from here.</summary>
    Relative,
}

/// <summary>FETCH or MOVE.</summary>
public sealed record FetchStatement(int Position, string Cursor, FetchDirection Direction, long? Count, bool IsMove)
    : Statement(Position);

/// <summary>CLOSE name, or CLOSE ALL when the name is null.</summary>
public sealed record CloseStatement(int Position, string? Cursor) : Statement(Position);

/// <summary>LISTEN channel.</summary>
public sealed record ListenStatement(int Position, string Channel) : Statement(Position);

/// <summary>UNLISTEN channel, or UNLISTEN * when the channel is null.</summary>
public sealed record UnlistenStatement(int Position, string? Channel) : Statement(Position);

/// <summary>NOTIFY channel [, 'payload'].</summary>
public sealed record NotifyStatement(int Position, string Channel, string? Payload) : Statement(Position);

/// <summary>LOCK [TABLE] names [IN mode MODE] [NOWAIT]; the mode is lower case, "access exclusive" when not written.</summary>
public sealed record LockTableStatement(int Position, ImmutableArray<QualifiedName> Tables, string Mode, bool IsNoWait)
    : Statement(Position);

/// <summary>CHECKPOINT.</summary>
public sealed record CheckpointStatement(int Position) : Statement(Position);
