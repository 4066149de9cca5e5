using Microsoft.Extensions.Logging;

namespace Lintel.Doors.Postgres.Session;

/// <summary>The log lines of the SQL door.</summary>
internal static partial class DoorLog
{
    [LoggerMessage(EventId = 6101, Level = LogLevel.Debug, Message = "sql connection {Connection} ended: {SqlState} {Reason}")]
    public static partial void ConnectionEnded(ILogger log, string connection, string sqlState, string reason);

    [LoggerMessage(EventId = 6102, Level = LogLevel.Debug, Message = "sql connection {Connection} was lost: {Reason}")]
    public static partial void ConnectionLost(ILogger log, string connection, string reason);

    [LoggerMessage(EventId = 6103, Level = LogLevel.Error, Message = "sql connection {Connection} failed, this is a bug")]
    public static partial void ConnectionFailed(ILogger log, string connection, Exception bug);

    [LoggerMessage(EventId = 6104, Level = LogLevel.Warning, Message = "sql connection {Connection} refused: {Count} connections are starting")]
    public static partial void TooManyStarting(ILogger log, string connection, int count);

    [LoggerMessage(EventId = 6105, Level = LogLevel.Error, Message = "a statement failed by a bug")]
    public static partial void StatementFailed(ILogger log, Exception bug);
}
