using System.Globalization;
using System.Text;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Tests.Session;

/// <summary>A client without a wire: calls the session as the door does, and shows what would be sent.</summary>
internal sealed class TestClient : ISessionEvents
{
    private readonly StringBuilder _before = new();
    private SqlSession _session = null!;

    private TestClient()
    {
    }

    public SqlSession Session => _session;

    /// <summary>The data of the next COPY FROM STDIN.</summary>
    public string CopyInput { get; set; } = "";

    public static async Task<TestClient> ConnectAsync(
        SqlEngine engine, string database, params KeyValuePair<string, string>[] settings)
    {
        var client = new TestClient();
        client._session = await engine.OpenSessionAsync(new SessionStart(database, "tester", settings, 42), client);
        return client;
    }

    /// <summary>One simple Query message.</summary>
    public Task<string> QueryAsync(string text, CancellationToken cancellation = default)
    {
        var sink = new RecordingSink(() => _session.TypeContext) { CopyInput = Encoding.UTF8.GetBytes(CopyInput) };
        return ShownAsync(sink, () => _session.RunScriptAsync(text, sink, cancellation), isReady: true);
    }

    /// <summary>The same, where an error is not expected: only the rows, joined.</summary>
    public async Task<string> RowsAsync(string text)
    {
        string answer = await QueryAsync(text);
        Assert.DoesNotContain("ERROR", answer, StringComparison.Ordinal);
        string[] lines = answer.Split('\n');
        return string.Join(", ", lines.Skip(1).SkipLast(2));
    }

    /// <summary>Parse and Describe of the statement.</summary>
    public Task<string> PrepareAsync(string name, string text, params uint[] oids) => ShownAsync(
        new RecordingSink(() => _session.TypeContext),
        async sink =>
        {
            PreparedStatement statement = await _session.PrepareAsync(name, text, oids);
            string columns = statement.ReturnsRows ? string.Join(", ", statement.Columns.Select(c => $"{c.Name} {c.Type}")) : "no rows";
            sink.Line($"({string.Join(", ", statement.ParameterTypes)}) -> {columns}");
        });

    /// <summary>Bind, with values as text.</summary>
    public Task<string> BindAsync(string portal, string statement, params string?[] values) => ShownAsync(
        new RecordingSink(() => _session.TypeContext),
        async sink =>
        {
            try
            {
                PreparedStatement found = _session.FindStatement(statement);
                SqlValue[] parsed =
                [
                    .. values.Select((v, i) => v is null
                        ? SqlValue.Null
                        : TextFormat.Parse(v, i < found.ParameterTypes.Length ? found.ParameterTypes[i] : SqlType.Text, _session.TypeContext)),
                ];
                _session.Bind(portal, found, parsed);
                sink.Line("bound");
            }
            catch (SqlException)
            {
                await _session.FailAsync();
                throw;
            }
        });

    /// <summary>Execute.</summary>
    public Task<string> ExecuteAsync(string portal, long maxRows = 0, ExecuteHint hint = ExecuteHint.None)
    {
        Portal? found = null;
        try
        {
            found = _session.FindPortal(portal);
        }
        catch (SqlException missing)
        {
            return Task.FromResult($"ERROR {missing.Error.SqlState}: {missing.Error.Message}");
        }

        var columns = found.Columns.IsDefault ? default : found.Columns.Select(c => c.Type).ToArray();
        return ShownAsync(
            new RecordingSink(() => _session.TypeContext, columns is null ? [] : [.. columns]),
            async sink =>
            {
                ExecuteOutcome outcome = await _session.ExecuteAsync(found, maxRows, sink, hint);
                sink.Line(outcome.Kind == ExecuteOutcomeKind.Completed ? outcome.Tag.ToString() : outcome.Kind.ToString());
            });
    }

    /// <summary>Sync.</summary>
    public Task<string> SyncAsync()
    {
        var sink = new RecordingSink(() => _session.TypeContext);
        return ShownAsync(sink, () => _session.SyncAsync(), isReady: true);
    }

    public void OnNotice(SqlNotice notice) =>
        _before.Append(CultureInfo.InvariantCulture, $"{notice.Severity} {notice.SqlState}: {notice.Message}\n");

    public void OnParameterStatus(string name, string value) =>
        _before.Append(CultureInfo.InvariantCulture, $"parameter {name} = {value}\n");

    private Task<string> ShownAsync(RecordingSink sink, Func<RecordingSink, Task> call) =>
        ShownAsync(sink, () => new ValueTask(call(sink)), isReady: false);

    private async Task<string> ShownAsync(RecordingSink sink, Func<ValueTask> call, bool isReady)
    {
        try
        {
            await call();
        }
        catch (SqlException failure)
        {
            sink.Error(failure.Error);
        }

        string notices = _before.ToString();
        _before.Clear();
        string shown = notices + sink.Take();
        return isReady ? shown + "\n" + Letter(_session.Status) : shown;
    }

    private static string Letter(TransactionStatus status) => status switch
    {
        TransactionStatus.Idle => "I",
        TransactionStatus.InBlock => "T",
        _ => "E",
    };
}
