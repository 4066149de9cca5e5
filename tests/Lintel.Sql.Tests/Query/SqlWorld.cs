using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lintel.Environment.TrueTime;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Session;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;
using Lintel.Transactions.Reference;

namespace Lintel.Sql.Tests.Query;

/// <summary>An engine over transactions in memory and one session of it; time stands still.</summary>
internal sealed class SqlWorld : ISessionEvents
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly List<string> _notices = [];

    private SqlWorld(ITransactionSource transactions, SqlLimits? limits, IVirtualTableSource? tables)
    {
        Transactions = transactions;
        Engine = new SqlEngine(new SqlEngineOptions(
            transactions, new StandingClock(), new StandingTrueTime(), new Prng(1), new NodeId(1), limits, tables));
    }

    public ITransactionSource Transactions { get; }

    public SqlEngine Engine { get; }

    public SqlSession Session { get; private set; } = null!;

    /// <summary>A world with an empty database. Pages of the store are small, so that scans meet their ends.</summary>
    public static async Task<SqlWorld> StartAsync(
        SqlLimits? limits = null, IVirtualTableSource? tables = null, Func<ITransactionSource, ITransactionSource>? wrap = null)
    {
        ITransactionSource memory = new MemoryTransactionSource(new StandingClock(), new MemoryLimits(PageRowsMax: 7));
        var world = new SqlWorld(wrap is null ? memory : wrap(memory), limits, tables);
        await world.Engine.StartAsync();
        world.Session = await world.Engine.OpenSessionAsync(new SessionStart("postgres", "tester", []), world);
        return world;
    }

    /// <summary>Runs a script and gives what a client sees, as text.</summary>
    public async Task<string> RunAsync(string script)
    {
        var sink = new TextSink(Session);
        try
        {
            await Session.RunScriptAsync(script, sink);
        }
        catch (SqlException error)
        {
            sink.Add(error.Error);
        }

        return sink.ToString();
    }

    /// <summary>Runs a script that must not fail.</summary>
    public async Task ExecuteAsync(string script)
    {
        string answer = await RunAsync(script);
        Assert.DoesNotContain("ERROR", answer, StringComparison.Ordinal);
    }

    /// <summary>The rows of one query, values as text, null as NULL.</summary>
    public async Task<List<string>> RowsAsync(string query)
    {
        var sink = new TextSink(Session);
        await Session.RunScriptAsync(query, sink);
        return sink.Rows;
    }

    public void OnNotice(SqlNotice notice) => _notices.Add(notice.Message);

    public void OnParameterStatus(string name, string value)
    {
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => 0;
    }

    private sealed class StandingTrueTime : ITrueTime
    {
        public bool IsBounded => true;

        TrueTimeInterval ITrueTime.Now() => new(Timestamp.From(SqlWorld.Now), Timestamp.From(SqlWorld.Now));
    }

    /// <summary>Columns with their types, rows, tags and errors, a line each.</summary>
    private sealed class TextSink(SqlSession session) : IScriptSink
    {
        private readonly StringBuilder _text = new();
        private ImmutableArray<ResultColumn> _columns;
        private int _beforeColumns = -1;

        public List<string> Rows { get; } = [];

        public void Columns(ImmutableArray<ResultColumn> columns)
        {
            _columns = columns;
            _beforeColumns = _text.Length;
            _text.AppendJoin(", ", columns.Select(c => $"{c.Name} {c.Type.InternalName}")).Append('\n');
        }

        public bool Row(ReadOnlySpan<SqlValue> values)
        {
            var row = new StringBuilder();
            for (int i = 0; i < values.Length; i++)
            {
                if (i > 0) row.Append(" | ");
                row.Append(values[i].IsNull ? "NULL" : TextFormat.ToText(values[i], _columns[i].Type, session.TypeContext));
            }

            Rows.Add(row.ToString());
            _beforeColumns = -1;
            _text.Append(row).Append('\n');
            return false;
        }

        public ValueTask DrainAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask<ICopySource> BeginCopyInAsync(CopyFormat format, int columnCount, CancellationToken cancellation) =>
            throw new InvalidOperationException("no COPY here");

        public void BeginCopyOut(CopyFormat format, int columnCount) => throw new InvalidOperationException("no COPY here");

        public bool CopyData(ReadOnlySpan<byte> data) => throw new InvalidOperationException("no COPY here");

        public void EndCopyOut() => throw new InvalidOperationException("no COPY here");

        public void Completed(CommandTag tag)
        {
            _text.Append(tag).Append('\n');
            _beforeColumns = -1;
        }

        public void EmptyQuery() => _text.Append("(empty)\n");

        public void Add(SqlError error)
        {
            // Whether a failing expression is found before or after the columns were described says nothing.
            if (_beforeColumns >= 0) _text.Length = _beforeColumns;
            string position = error.Position > 0 ? string.Create(CultureInfo.InvariantCulture, $" at {error.Position}") : "";
            _text.Append(CultureInfo.InvariantCulture, $"ERROR {error.SqlState}{position}: {error.Message}\n");
            if (error.Detail is not null) _text.Append(CultureInfo.InvariantCulture, $"DETAIL {error.Detail}\n");
        }

        public override string ToString() => _text.ToString();
    }
}
