using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// Parse, Bind, Describe, Execute and Close, each on its own. Errors come out as exceptions; that everything up to Sync is
/// then skipped is the loop's business.
/// </summary>
internal sealed class ExtendedProtocol(ClientWire wire, SqlSession session, ResultSink sink)
{
    private readonly NameTable _names = new();
    private readonly ParameterReader _parameters = new();
    private readonly PortalFormats _formats = new();

    /// <summary>Parse.</summary>
    public async ValueTask ParseAsync(FrontendFrame frame, CancellationToken cancellation)
    {
        (string name, string text, uint[] oids) = ReadParse(frame);
        await session.PrepareAsync(name, text, oids, cancellation);
        wire.Write.ParseComplete();
    }

    /// <summary>Bind.</summary>
    public void Bind(FrontendFrame frame)
    {
        if (!BindMessage.TryParse(wire.Input.Payload(frame), out BindMessage message)) throw Malformed("Bind");
        string statementName = _names.Of(message.Statement);
        PreparedStatement statement = session.FindStatement(statementName);
        ReadOnlySpan<SqlValue> values =
            _parameters.Read(in message, statementName, statement.ParameterTypes, session.TypeContext);
        if (!ResultFormats.TryRead(in message, out ResultFormats formats, out short wrong))
            throw new SqlException(SqlStates.InvalidParameterValue, $"unsupported format code: {wrong}");
        int columns = statement.ReturnsRows ? statement.Columns.Length : 0;
        if (message.ResultFormatCount > 1 && message.ResultFormatCount != columns)
            throw new SqlException(
                SqlStates.ProtocolViolation,
                $"bind message has {message.ResultFormatCount} result formats but query has {columns} columns");
        Portal portal = session.Bind(_names.Of(message.Portal), statement, values);
        _formats.Set(portal, formats);
        wire.Write.BindComplete();
    }

    /// <summary>Describe.</summary>
    public void Describe(FrontendFrame frame)
    {
        if (!TargetMessage.TryParse(wire.Input.Payload(frame), out TargetMessage message)) throw Malformed("Describe");
        if (message.IsStatement)
        {
            PreparedStatement statement = session.FindStatement(_names.Of(message.Name));
            wire.Write.ParameterDescription(statement.ParameterTypes);
            if (statement.ReturnsRows) wire.Write.RowDescription(statement.Columns, ResultFormats.Text);
            else wire.Write.NoData();
            return;
        }

        Portal portal = session.FindPortal(_names.Of(message.Name));
        if (portal.Columns.IsDefault) wire.Write.NoData();
        else wire.Write.RowDescription(portal.Columns, _formats.Of(portal));
    }

    /// <summary>Execute. The hint is what is known of the message behind it.</summary>
    public async ValueTask ExecuteAsync(FrontendFrame frame, ExecuteHint hint, CancellationToken cancellation)
    {
        (Portal portal, int maxRows) = ReadExecute(frame);
        sink.BeginPortal(portal.Columns, _formats.Of(portal));
        ExecuteOutcome outcome = await session.ExecuteAsync(portal, maxRows, sink, hint, cancellation);
        switch (outcome.Kind)
        {
            case ExecuteOutcomeKind.Completed:
                wire.Write.CommandComplete(outcome.Tag);
                break;
            case ExecuteOutcomeKind.Suspended:
                wire.Write.PortalSuspended();
                break;
            default:
                wire.Write.EmptyQuery();
                break;
        }
    }

    /// <summary>Close.</summary>
    public async ValueTask CloseAsync(FrontendFrame frame)
    {
        (bool isStatement, string name) = ReadClose(frame);
        if (isStatement)
        {
            session.CloseStatement(name);
        }
        else
        {
            await session.ClosePortalAsync(name);
            _formats.Remove(name);
        }

        wire.Write.CloseComplete();
    }

    /// <summary>A transaction may have ended: what was kept for its portals is dropped.</summary>
    public void Settle()
    {
        if (session.Status == TransactionStatus.Idle) _formats.Clear();
        _parameters.Clear();
    }

    private (string Name, string Text, uint[] Oids) ReadParse(FrontendFrame frame)
    {
        if (!ParseMessage.TryParse(wire.Input.Payload(frame), out ParseMessage message)) throw Malformed("Parse");
        uint[] oids = message.TypeCount == 0 ? [] : new uint[message.TypeCount];
        for (int i = 0; i < oids.Length; i++) oids[i] = message.TypeOid(i);
        return (_names.Of(message.Name), WireText.Decode(message.Text), oids);
    }

    private (Portal Portal, int MaxRows) ReadExecute(FrontendFrame frame)
    {
        if (!ExecuteMessage.TryParse(wire.Input.Payload(frame), out ExecuteMessage message)) throw Malformed("Execute");
        return (session.FindPortal(_names.Of(message.Portal)), message.MaxRows);
    }

    private (bool IsStatement, string Name) ReadClose(FrontendFrame frame)
    {
        if (!TargetMessage.TryParse(wire.Input.Payload(frame), out TargetMessage message)) throw Malformed("Close");
        return (message.IsStatement, _names.Of(message.Name));
    }

    private static FatalException Malformed(string kind) => FatalException.Protocol($"invalid {kind} message");
}
