using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Tests.Functions;

/// <summary>Evaluates expressions as SELECT does, in a database that has nothing, at a fixed instant.</summary>
internal sealed class ExpressionRun
{
    // 2024-06-15 12:34:56.789 UTC.
    private const long Now = 771_770_096_789_000;

    private readonly DatabaseSchema _schema = DatabaseSchema.Empty(DatabaseCatalog.System);

    public EvaluationContext Context { get; } = new()
    {
        Clock = TimeProvider.System,
        Random = new Prng(1),
        Types = new TypeContext { TransactionTime = Now },
        StatementTime = Now,
        User = "tester",
        SessionUser = "tester",
        Database = "test",
        ProcessId = 4711,
    };

    /// <summary>One line per row, as the data files have it.</summary>
    public List<string> Evaluate(string expression)
    {
        try
        {
            return Rows(expression);
        }
        catch (SqlException error)
        {
            return [$"! {error.Error.SqlState} {error.Error.Message.ReplaceLineEndings("\\n")}"];
        }
    }

    /// <summary>What <c>@ set name = 'value'</c> does.</summary>
    public void Set(string name, string value) => Context.Types = name.ToLowerInvariant() switch
    {
        "timezone" => Context.Types with { TimeZone = SqlTimeZone.Find(value)! },
        "intervalstyle" => Context.Types with
        {
            IntervalStyle = value switch
            {
                "postgres_verbose" => IntervalStyle.PostgresVerbose,
                "sql_standard" => IntervalStyle.SqlStandard,
                "iso_8601" => IntervalStyle.Iso8601,
                _ => IntervalStyle.Postgres,
            },
        },
        "datestyle" => Context.Types with
        {
            DateOrder = value.Contains("DMY", StringComparison.Ordinal) ? DateOrder.DayMonthYear
                : value.Contains("YMD", StringComparison.Ordinal) ? DateOrder.YearMonthDay : DateOrder.MonthDayYear,
        },
        "bytea_output" => Context.Types with { ByteaOutput = value == "escape" ? ByteaOutput.Escape : ByteaOutput.Hex },
        "extra_float_digits" => Context.Types with { ExtraFloatDigits = int.Parse(value) },
        _ => throw new ArgumentException($"no setting {name}", nameof(name)),
    };

    /// <summary>The one value of an expression, and its type.</summary>
    public (SqlValue Value, SqlType Type) One(string expression)
    {
        (RunningStatement run, SqlType type) = Start(expression);
        return Await(run.NextAsync()) ? (run.Row[0], type) : throw new InvalidOperationException("there is no row");
    }

    private List<string> Rows(string expression)
    {
        (RunningStatement run, SqlType type) = Start(expression);
        var rows = new List<string>();
        while (Await(run.NextAsync()))
        {
            SqlValue value = run.Row[0];
            string text = value.IsNull ? "<null>" : TextFormat.ToText(value, type, Context.Types);
            rows.Add($"{type.Bare.DisplayName}: {text.ReplaceLineEndings("\\n")}");
        }

        if (rows.Count == 0) rows.Add("(no rows)");
        return rows;
    }

    private (RunningStatement Run, SqlType Type) Start(string expression)
    {
        ParsedStatement parsed = SqlParser.Parse($"SELECT ({expression}) AS x")[0];
        var context = new PlanningContext(_schema, ["public"], VirtualTableSet.Empty, Context);
        StatementPlan plan = StatementPlanner.Plan(parsed, context, []);
        var scope = new StatementScope
        {
            Evaluation = Context,
            Reader = NoKeys.Instance,
            Schema = _schema,
            Memory = new MemoryMeter(64 << 20),
        };
        return (plan.Query!.Start(scope, []), plan.Columns[0].Type);
    }

    private static T Await<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    /// <summary>A key space without keys.</summary>
    private sealed class NoKeys : IKeyReader
    {
        public static readonly NoKeys Instance = new();

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(
            Key key, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);

        public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
            IReadOnlyList<Key> keys, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default) =>
            ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>?>>(new ReadOnlyMemory<byte>?[keys.Count]);

        public ValueTask<ScanPage> ScanAsync(KeySpan span, ScanOptions options, CancellationToken cancellation = default) =>
            ValueTask.FromResult(new ScanPage([], new KeySpan(span.End, span.End)));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
