using System.Collections.Immutable;
using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// Turns what a session gives into messages. For a simple query it describes the rows itself; for a portal the client has
/// asked for their description, and the formats of its Bind apply.
/// </summary>
internal sealed class ResultSink(ClientWire wire) : IScriptSink
{
    private readonly RowWriter _rows = new(wire.Output);
    private SqlSession? _session;

    /// <summary>The session that answers come from.</summary>
    public void Attach(SqlSession session) => _session = session;

    /// <summary>The next rows are those of a portal.</summary>
    public void BeginPortal(ImmutableArray<ResultColumn> columns, ResultFormats formats)
    {
        if (!columns.IsDefault) _rows.Begin(columns, formats, _session!.TypeContext);
    }

    /// <inheritdoc/>
    public void Columns(ImmutableArray<ResultColumn> columns)
    {
        wire.Write.RowDescription(columns, ResultFormats.Text);
        _rows.Begin(columns, ResultFormats.Text, _session!.TypeContext);
    }

    /// <inheritdoc/>
    public bool Row(ReadOnlySpan<SqlValue> values)
    {
        _rows.Row(values);
        return wire.IsFull;
    }

    /// <inheritdoc/>
    public async ValueTask DrainAsync(CancellationToken cancellation)
    {
        try
        {
            await wire.FlushAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new SqlException(SqlStates.QueryCanceled, "canceling statement due to user request");
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ICopySource> BeginCopyInAsync(CopyFormat format, int columnCount, CancellationToken cancellation)
    {
        wire.Write.CopyInResponse(format, columnCount);
        await DrainAsync(cancellation);
        return new CopyInput(wire);
    }

    /// <inheritdoc/>
    public void BeginCopyOut(CopyFormat format, int columnCount) => wire.Write.CopyOutResponse(format, columnCount);

    /// <inheritdoc/>
    public bool CopyData(ReadOnlySpan<byte> data)
    {
        wire.Write.CopyData(data);
        return wire.IsFull;
    }

    /// <inheritdoc/>
    public void EndCopyOut() => wire.Write.CopyDone();

    /// <inheritdoc/>
    public void Completed(CommandTag tag) => wire.Write.CommandComplete(tag);

    /// <inheritdoc/>
    public void EmptyQuery() => wire.Write.EmptyQuery();
}
