using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Codec;

/// <summary>Writes the messages of a server, each whole, into an <see cref="OutputBuffer"/>. It knows no order: sessions do.</summary>
/// <param name="output">Where to.</param>
public sealed class BackendWriter(OutputBuffer output)
{
    /// <summary>Authentication has succeeded.</summary>
    public void AuthenticationOk() => Authentication(0, default);

    /// <summary>SASL is wanted, by one of these mechanisms.</summary>
    public void AuthenticationSasl(ReadOnlySpan<string> mechanisms)
    {
        int start = output.BeginMessage(BackendKind.Authentication);
        output.Int32(10);
        foreach (string mechanism in mechanisms) output.Text(mechanism);
        output.Byte(0);
        output.EndMessage(start);
    }

    /// <summary>The mechanism's next challenge.</summary>
    public void AuthenticationSaslContinue(ReadOnlySpan<byte> challenge) => Authentication(11, challenge);

    /// <summary>The mechanism's last word; AuthenticationOk follows.</summary>
    public void AuthenticationSaslFinal(ReadOnlySpan<byte> outcome) => Authentication(12, outcome);

    /// <summary>The version of the protocol that is served instead of the one asked for, and the options that are not known.</summary>
    public void NegotiateProtocolVersion(int minor, IReadOnlyList<string> unknownOptions)
    {
        int start = output.BeginMessage(BackendKind.NegotiateProtocolVersion);
        output.Int32((3 << 16) | minor);
        output.Int32(unknownOptions.Count);
        foreach (string option in unknownOptions) output.Text(option);
        output.EndMessage(start);
    }

    /// <summary>A setting that clients follow.</summary>
    public void ParameterStatus(string name, string value)
    {
        int start = output.BeginMessage(BackendKind.ParameterStatus);
        output.Text(name);
        output.Text(value);
        output.EndMessage(start);
    }

    /// <summary>What a cancel request of this connection must name.</summary>
    public void BackendKey(int processId, ReadOnlySpan<byte> key)
    {
        int start = output.BeginMessage(BackendKind.BackendKey);
        output.Int32(processId);
        output.Bytes(key);
        output.EndMessage(start);
    }

    /// <summary>The server waits for the next command.</summary>
    public void Ready(TransactionStatus status)
    {
        int start = output.BeginMessage(BackendKind.ReadyForQuery);
        output.Byte(status switch
        {
            TransactionStatus.Idle => (byte)'I',
            TransactionStatus.InBlock => (byte)'T',
            _ => (byte)'E',
        });
        output.EndMessage(start);
    }

    /// <summary>Parse has succeeded.</summary>
    public void ParseComplete() => Empty(BackendKind.ParseComplete);

    /// <summary>Bind has succeeded.</summary>
    public void BindComplete() => Empty(BackendKind.BindComplete);

    /// <summary>Close has succeeded.</summary>
    public void CloseComplete() => Empty(BackendKind.CloseComplete);

    /// <summary>What was described returns no rows.</summary>
    public void NoData() => Empty(BackendKind.NoData);

    /// <summary>Execute has given as many rows as it may.</summary>
    public void PortalSuspended() => Empty(BackendKind.PortalSuspended);

    /// <summary>There was no statement in the text.</summary>
    public void EmptyQuery() => Empty(BackendKind.EmptyQuery);

    /// <summary>COPY has given all its data.</summary>
    public void CopyDone() => Empty(BackendKind.CopyDone);

    /// <summary>Types of a statement's parameters.</summary>
    public void ParameterDescription(ImmutableArray<SqlType> types)
    {
        int start = output.BeginMessage(BackendKind.ParameterDescription);
        output.Int16(types.Length);
        foreach (SqlType type in types) output.Int32(unchecked((int)type.TypeOid));
        output.EndMessage(start);
    }

    /// <summary>Columns of the rows that follow, or of a statement that was described.</summary>
    public void RowDescription(ImmutableArray<ResultColumn> columns, ResultFormats formats)
    {
        int start = output.BeginMessage(BackendKind.RowDescription);
        output.Int16(columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            ResultColumn column = columns[i];
            output.Text(column.Name);
            output.Int32(unchecked((int)column.TableOid));
            output.Int16(column.ColumnNumber);
            output.Int32(unchecked((int)column.Type.TypeOid));
            output.Int16(column.Type.Length);
            output.Int32(column.Type.Modifier);
            output.Int16((short)formats[i]);
        }

        output.EndMessage(start);
    }

    /// <summary>A statement is complete.</summary>
    public void CommandComplete(CommandTag tag)
    {
        int start = output.BeginMessage(BackendKind.CommandComplete);
        Span<byte> span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(tag.Verb.Length) + 24);
        int length = Encoding.UTF8.GetBytes(tag.Verb, span);
        if (tag.Count >= 0)
        {
            span[length++] = (byte)' ';
            Utf8Formatter.TryFormat(tag.Count, span[length..], out int digits);
            length += digits;
        }

        span[length++] = 0;
        output.Advance(length);
        output.EndMessage(start);
    }

    /// <summary>COPY FROM STDIN: the client is to send its data.</summary>
    public void CopyInResponse(CopyFormat format, int columnCount) => CopyResponse(BackendKind.CopyIn, format, columnCount);

    /// <summary>COPY TO STDOUT: data follows.</summary>
    public void CopyOutResponse(CopyFormat format, int columnCount) => CopyResponse(BackendKind.CopyOut, format, columnCount);

    /// <summary>A piece of COPY data.</summary>
    public void CopyData(ReadOnlySpan<byte> data)
    {
        int start = output.BeginMessage(BackendKind.CopyData);
        output.Bytes(data);
        output.EndMessage(start);
    }

    /// <summary>A statement, or the connection when <paramref name="severity"/> is FATAL, has failed.</summary>
    public void Error(string severity, SqlError error) => Report(BackendKind.Error, severity, error);

    /// <summary>Something to know.</summary>
    public void Notice(SqlNotice notice) => Report(
        BackendKind.Notice, notice.Severity,
        new SqlError(notice.SqlState, notice.Message, notice.Detail, notice.Hint));

    private void Authentication(int request, ReadOnlySpan<byte> rest)
    {
        int start = output.BeginMessage(BackendKind.Authentication);
        output.Int32(request);
        output.Bytes(rest);
        output.EndMessage(start);
    }

    private void CopyResponse(byte kind, CopyFormat format, int columnCount)
    {
        int code = format == CopyFormat.Binary ? 1 : 0;
        int start = output.BeginMessage(kind);
        output.Byte((byte)code);
        output.Int16(columnCount);
        for (int i = 0; i < columnCount; i++) output.Int16(code);
        output.EndMessage(start);
    }

    private void Report(byte kind, string severity, SqlError error)
    {
        int start = output.BeginMessage(kind);
        Field('S', severity);
        Field('V', severity);
        Field('C', error.SqlState);
        Field('M', error.Message);
        Field('D', error.Detail);
        Field('H', error.Hint);
        if (error.Position > 0) Field('P', error.Position.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Field('W', error.Context);
        Field('s', error.Schema);
        Field('t', error.Table);
        Field('c', error.Column);
        Field('d', error.DataType);
        Field('n', error.Constraint);
        output.Byte(0);
        output.EndMessage(start);
    }

    private void Field(char code, string? value)
    {
        if (value is null) return;
        output.Byte((byte)code);
        output.Text(value);
    }

    private void Empty(byte kind) => output.EndMessage(output.BeginMessage(kind));
}
