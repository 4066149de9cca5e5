using System.Collections.Immutable;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>Format of COPY data.</summary>
public enum CopyFormat
{
    /// <summary>Tab-separated text with backslash escapes.</summary>
    Text,

    /// <summary>Comma-separated values.</summary>
    Csv,

    /// <summary>PGCOPY.</summary>
    Binary,
}

/// <summary>
/// Where the results of a statement go: the wire door, or a test. Called by one session, one call at a time. Values
/// given as spans live until the call returns.
/// </summary>
public interface IResultSink
{
    /// <summary>
    /// The columns of the rows that follow. Called once per statement that returns rows, before the first row, in
    /// scripts (simple protocol) only: in the extended protocol the door describes portals itself.
    /// </summary>
    void Columns(ImmutableArray<ResultColumn> columns);

    /// <summary>One row. Returns whether <see cref="DrainAsync"/> is to be awaited before the next one.</summary>
    bool Row(ReadOnlySpan<SqlValue> values);

    /// <summary>Waits until the client has taken enough of what was given.</summary>
    ValueTask DrainAsync(CancellationToken cancellation);

    /// <summary>
    /// COPY FROM STDIN begins: the door answers CopyInResponse, flushes, and returns where the data comes from.
    /// </summary>
    ValueTask<ICopySource> BeginCopyInAsync(CopyFormat format, int columnCount, CancellationToken cancellation);

    /// <summary>COPY TO STDOUT begins: the door answers CopyOutResponse. CopyDone is the door's, before CommandComplete.</summary>
    void BeginCopyOut(CopyFormat format, int columnCount);

    /// <summary>One piece of COPY data, a whole row. Returns whether to drain, as <see cref="Row"/> does.</summary>
    bool CopyData(ReadOnlySpan<byte> data);

    /// <summary>COPY TO STDOUT has given all its data.</summary>
    void EndCopyOut();
}

/// <summary>The data of a COPY FROM STDIN, pulled by the session.</summary>
public interface ICopySource
{
    /// <summary>
    /// The next chunk, of any size and cut anywhere; null after CopyDone. Valid until the next call. CopyFail and a
    /// lost connection throw a SqlException (57014 and 08006).
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation);
}

/// <summary>Where the results of a script (one simple Query message) go.</summary>
public interface IScriptSink : IResultSink
{
    /// <summary>A statement of the script is complete.</summary>
    void Completed(CommandTag tag);

    /// <summary>The script holds no statement at all.</summary>
    void EmptyQuery();
}

/// <summary>What a session tells its connection outside of results. Called while a call into the session runs.</summary>
public interface ISessionEvents
{
    /// <summary>A notice or warning, to be sent before what follows.</summary>
    void OnNotice(SqlNotice notice);

    /// <summary>A reported setting (ParameterStatus) has a new value.</summary>
    void OnParameterStatus(string name, string value);
}

/// <summary>A NoticeResponse.</summary>
/// <param name="Severity">NOTICE, WARNING or INFO.</param>
/// <param name="SqlState">Five characters.</param>
/// <param name="Message">What happened.</param>
/// <param name="Detail">More, or null.</param>
/// <param name="Hint">What to do, or null.</param>
public sealed record SqlNotice(string Severity, string SqlState, string Message, string? Detail = null, string? Hint = null);
