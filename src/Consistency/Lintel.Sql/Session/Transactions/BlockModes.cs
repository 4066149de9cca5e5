using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Settings;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.Transactions;

/// <summary>The modes of one transaction: what BEGIN and SET TRANSACTION said, and the session's defaults.</summary>
/// <param name="Isolation">The level asked for. All are served serializable.</param>
/// <param name="IsReadOnly">Whether it reads a snapshot, without locks, and may not write.</param>
/// <param name="IsDeferrable">Asked for; a snapshot never waits nor fails anyway.</param>
/// <param name="Bound">Which snapshot a read-only transaction sees.</param>
internal sealed record BlockModes(IsolationLevel Isolation, bool IsReadOnly, bool IsDeferrable, SnapshotBound Bound)
{
    /// <summary>The modes that a session's settings give.</summary>
    public static BlockModes Default(SessionSettings settings) => new(
        LevelOf(settings.Get("default_transaction_isolation")),
        settings.IsOn("default_transaction_read_only"),
        settings.IsOn("default_transaction_deferrable"),
        ReadStaleness.BoundOf(settings.Get("lintel.read_staleness")));

    /// <summary>These modes, with those that were written in their place.</summary>
    public BlockModes With(TransactionModes written) => this with
    {
        Isolation = written.Isolation ?? Isolation,
        IsReadOnly = written.AsOf is not null || (written.IsReadOnly ?? IsReadOnly),
        IsDeferrable = written.IsDeferrable ?? IsDeferrable,
        Bound = written.AsOf is null ? Bound : ReadStaleness.BoundOf(written.AsOf),
    };

    /// <summary>The name of a level, as SHOW transaction_isolation prints it.</summary>
    public static string NameOf(IsolationLevel level) => level switch
    {
        IsolationLevel.ReadUncommitted => "read uncommitted",
        IsolationLevel.ReadCommitted => "read committed",
        IsolationLevel.RepeatableRead => "repeatable read",
        _ => "serializable",
    };

    /// <summary>The level of a name.</summary>
    public static IsolationLevel LevelOf(string name) => name switch
    {
        "read uncommitted" => IsolationLevel.ReadUncommitted,
        "read committed" => IsolationLevel.ReadCommitted,
        "repeatable read" => IsolationLevel.RepeatableRead,
        _ => IsolationLevel.Serializable,
    };
}
