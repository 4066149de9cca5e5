using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>What a session is told when its client cannot be reached any more.</summary>
internal static class ConnectionLost
{
    /// <summary>The client closed or broke the connection while its data was awaited.</summary>
    public static SqlException WhileReading() =>
        new(SqlStates.ConnectionFailure, "unexpected EOF on client connection with an open transaction");

    /// <summary>The client is gone, or took nothing for too long.</summary>
    public static SqlException WhileWriting() =>
        new(SqlStates.ConnectionFailure, "could not send data to client");
}
