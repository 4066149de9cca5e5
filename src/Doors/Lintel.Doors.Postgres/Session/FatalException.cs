using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>Ends a connection: the client is sent <see cref="Error"/> with severity FATAL, and nothing after it.</summary>
internal sealed class FatalException(SqlError error) : Exception(error.ToString())
{
    public FatalException(string sqlState, string message, string? detail = null, string? hint = null)
        : this(new SqlError(sqlState, message, detail, hint))
    {
    }

    /// <summary>What the client is told.</summary>
    public SqlError Error { get; } = error;

    /// <summary>Bytes that are no message of the protocol.</summary>
    public static FatalException Protocol(string reason) => new(SqlStates.ProtocolViolation, reason);
}
