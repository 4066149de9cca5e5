using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Session.SchemaChanges;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>COPY FROM STDIN and COPY TO STDOUT, streaming both ways.</summary>
internal sealed class CopyCommand(SqlSession session, OpenTransaction transaction)
{
    /// <summary>Carries it out.</summary>
    public async ValueTask<CommandTag> RunAsync(CopyStatement copy, IResultSink sink, CancellationToken cancellation)
    {
        if (copy.FileName is not null || copy.IsProgram)
        {
            throw new SqlException(
                SqlStates.FeatureNotSupported, "COPY to or from a file on the server is not supported", copy.Position,
                hint: "Use STDIN or STDOUT, or psql's \\copy.");
        }

        if (copy.Where is not null)
            throw new SqlException(SqlStates.FeatureNotSupported, "COPY FROM with WHERE is not supported", copy.Position);
        CopyOptions options = CopyOptions.Read(copy);
        return copy.Direction == CopyDirection.From
            ? await FromAsync(copy, options, sink, cancellation)
            : await ToAsync(copy, options, sink, cancellation);
    }

    private async ValueTask<CommandTag> FromAsync(
        CopyStatement copy, CopyOptions options, IResultSink sink, CancellationToken cancellation)
    {
        TableDescriptor table = new ObjectNames(session, transaction.Schema).Table(copy.Table!);
        ColumnDescriptor[] columns = ColumnsOf(table, copy);
        SqlType[] types = [.. columns.Select(TableLayout.TypeOf)];
        StatementPlan insert = PlanInsert(copy, columns, types);
        StatementScope scope = session.Runner.ScopeOf(transaction, false, cancellation);
        scope.RequireWriter("COPY FROM");
        var target = new CopyTarget(table.Name, [.. columns.Select(c => c.Name)], types, options.Format);
        ICopySource source = await sink.BeginCopyInAsync(options.Format, columns.Length, cancellation);
        CopyReader reader = ReaderOf(options, target, new CopyBuffer(source));
        if (options.HasHeader) await SkipHeaderAsync(reader, options, target, cancellation);
        await using RunningStatement run = WithInput(insert.Query!, reader, target).Start(scope, new SqlValue[columns.Length]);
        while (await run.NextAsync())
        {
        }

        return new CommandTag("COPY", scope.AffectedRows);
    }

    private async ValueTask<CommandTag> ToAsync(
        CopyStatement copy, CopyOptions options, IResultSink sink, CancellationToken cancellation)
    {
        StatementPlan plan = copy.Source is { } source ? PlanSource(source) : PlanTable(copy);
        string[] names = [.. plan.Columns.Select(c => c.Name)];
        SqlType[] types = [.. plan.Columns.Select(c => c.Type)];
        bool[] forceQuote = Flags(names, options.ForceQuote, "FORCE_QUOTE", options.QuotesAll);
        var writer = new CopyWriter(options, types, forceQuote, session.Evaluation.Types);
        sink.BeginCopyOut(options.Format, names.Length);
        Send(sink, writer.Header(names));
        await using RunningStatement run = plan.Query!.Start(
            session.Runner.ScopeOf(transaction, false, cancellation), []);
        long rows = 0;
        while (await run.NextAsync())
        {
            cancellation.ThrowIfCancellationRequested();
            rows++;
            if (sink.CopyData(writer.Row(run.Row))) await sink.DrainAsync(cancellation);
        }

        Send(sink, writer.Trailer());
        sink.EndCopyOut();
        return new CommandTag("COPY", rows);
    }

    private static void Send(IResultSink sink, ReadOnlySpan<byte> data)
    {
        if (!data.IsEmpty) sink.CopyData(data);
    }

    private StatementPlan PlanSource(Statement source)
    {
        if (!StatementShape.ReturnsRows(source))
            throw new SqlException(SqlStates.FeatureNotSupported, "COPY query must have a RETURNING clause", source.Position);
        return StatementPlanner.Plan(
            new ParsedStatement(source, 0, 0, 0), session.PlanningContextOf(transaction.Schema), []);
    }

    private StatementPlan PlanTable(CopyStatement copy)
    {
        TableDescriptor table = new ObjectNames(session, transaction.Schema).Table(copy.Table!);
        ImmutableArray<SelectItem> items =
        [
            .. ColumnsOf(table, copy).Select(c => new SelectItem(0, new ColumnReference(0, [c.Name]), null)),
        ];
        var body = new SelectBody(
            0, false, [], items, [new NamedTable(0, copy.Table!, false, null)], null, [], false, null, []);
        var select = new SelectStatement(0, new Query(0, null, body, [], null, null, false, [], null));
        return StatementPlanner.Plan(
            new ParsedStatement(select, 0, 0, 0), session.PlanningContextOf(transaction.Schema), []);
    }

    private StatementPlan PlanInsert(CopyStatement copy, ColumnDescriptor[] columns, SqlType[] types)
    {
        ImmutableArray<Expression> parameters =
            [.. Enumerable.Range(1, columns.Length).Select(n => new ParameterReference(0, n))];
        var insert = new InsertStatement(
            copy.Position, null, copy.Table!, null, [.. columns.Select(c => new ColumnName(0, c.Name))],
            OverridingKind.System, new Query(0, null, new ValuesBody(0, [parameters]), [], null, null, false, [], null),
            null, []);
        return StatementPlanner.Plan(
            new ParsedStatement(insert, 0, 0, columns.Length), session.PlanningContextOf(transaction.Schema), types);
    }

    private QueryPlan WithInput(QueryPlan insert, CopyReader reader, CopyTarget target)
    {
        var node = (InsertNode)insert.Root;
        return new QueryPlan
        {
            Root = node.WithInput(new CopyNode(node.Inputs[0], reader, target, session.Evaluation.Types)),
            RegisterCount = insert.RegisterCount,
            ResultRegisters = insert.ResultRegisters,
            Verb = insert.Verb,
            IsReadOnly = false,
            IsPointAccess = false,
        };
    }

    private static CopyReader ReaderOf(CopyOptions options, CopyTarget target, CopyBuffer buffer) => options.Format switch
    {
        CopyFormat.Binary => new BinaryCopyReader(buffer),
        CopyFormat.Csv => new CsvCopyReader(
            buffer, options,
            Flags(target.Columns, options.ForceNotNull, "FORCE_NOT_NULL", all: false),
            Flags(target.Columns, options.ForceNull, "FORCE_NULL", all: false)),
        _ => new TextCopyReader(buffer, options),
    };

    private static async ValueTask SkipHeaderAsync(
        CopyReader reader, CopyOptions options, CopyTarget target, CancellationToken cancellation)
    {
        var header = new CopyRecord();
        if (!await reader.ReadAsync(header, cancellation) || !options.MatchesHeader) return;
        for (int i = 0; i < Math.Max(header.Count, target.Columns.Length); i++)
        {
            string? found = i < header.Count ? System.Text.Encoding.UTF8.GetString(header[i]) : null;
            string? expected = i < target.Columns.Length ? target.Columns[i] : null;
            if (found == expected) continue;
            throw new SqlException(
                SqlStates.BadCopyFileFormat,
                $"column name mismatch in header line field {i + 1}: got \"{found}\", expected \"{expected}\"");
        }
    }

    private static ColumnDescriptor[] ColumnsOf(TableDescriptor table, CopyStatement copy)
    {
        if (copy.Columns.IsEmpty) return [.. table.Columns.Where(c => !c.IsHidden)];
        var columns = new List<ColumnDescriptor>();
        foreach (ColumnName name in copy.Columns)
        {
            int at = table.FindColumn(name.Name);
            if (at < 0)
            {
                throw new SqlException(
                    SqlStates.UndefinedColumn,
                    $"column \"{name.Name}\" of relation \"{table.Name}\" does not exist", name.Position);
            }

            if (columns.Contains(table.Columns[at]))
                throw new SqlException(SqlStates.DuplicateColumn, $"column \"{name.Name}\" specified more than once", name.Position);
            columns.Add(table.Columns[at]);
        }

        return [.. columns];
    }

    private static bool[] Flags(string[] columns, ImmutableArray<string> chosen, string option, bool all)
    {
        foreach (string name in chosen)
        {
            if (!columns.Contains(name, StringComparer.Ordinal))
                throw new SqlException(SqlStates.InvalidColumnReference, $"{option} column \"{name}\" not referenced by COPY");
        }

        return [.. columns.Select(c => all || chosen.Contains(c, StringComparer.Ordinal))];
    }
}
