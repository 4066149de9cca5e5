namespace Lintel.Sql.Session;

/// <summary>What ReadyForQuery reports of a session.</summary>
public enum TransactionStatus
{
    /// <summary>Outside of a transaction block (I).</summary>
    Idle,

    /// <summary>In a transaction block (T).</summary>
    InBlock,

    /// <summary>In a transaction block that failed: everything but its end is answered with 25P02 (E).</summary>
    Failed,
}
