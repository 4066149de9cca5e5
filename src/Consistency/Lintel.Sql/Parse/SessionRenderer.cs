using System.Collections.Immutable;
using System.Diagnostics;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Session statements as SQL text.</summary>
internal sealed class SessionRenderer(SqlTextWriter writer)
{
    private readonly ExpressionRenderer _expressions = new(writer);
    private readonly OptionRenderer _options = new(writer);

    public void Statement(Statement statement)
    {
        switch (statement)
        {
            case BeginStatement begin:
                writer.Add(begin.IsStart ? "START TRANSACTION" : "BEGIN");
                Modes(begin.Modes);
                break;
            case CommitStatement commit: writer.Add("COMMIT").If(commit.IsChained, " AND CHAIN"); break;
            case RollbackStatement rollback: writer.Add("ROLLBACK").If(rollback.IsChained, " AND CHAIN"); break;
            case SavepointStatement savepoint: writer.Add("SAVEPOINT ").Name(savepoint.Name); break;
            case ReleaseStatement release: writer.Add("RELEASE SAVEPOINT ").Name(release.Name); break;
            case RollbackToStatement rollback: writer.Add("ROLLBACK TO SAVEPOINT ").Name(rollback.Name); break;
            case SetTransactionStatement set:
                writer.Add(set.IsSessionCharacteristics ? "SET SESSION CHARACTERISTICS AS TRANSACTION" : "SET TRANSACTION");
                Modes(set.Modes);
                break;
            case SetConstraintsStatement set:
                writer.Add("SET CONSTRAINTS ").If(set.Names.IsEmpty, "ALL").Names(set.Names);
                writer.Add(set.IsDeferred ? " DEFERRED" : " IMMEDIATE");
                break;
            case SetStatement set: Set(set); break;
            case ResetStatement reset: writer.Add("RESET ").Add(SettingName(reset.Name)); break;
            case ShowStatement show: writer.Add("SHOW ").Add(SettingName(show.Name)); break;
            case PrepareStatement or ExecuteStatement or DeallocateStatement: Prepared(statement); break;
            case DeclareCursorStatement or FetchStatement or CloseStatement: Cursors(statement); break;
            default: Others(statement); break;
        }
    }

    private static string SettingName(string? name)
    {
        if (name is null) return "ALL";
        string[] parts = name.Split('.');
        for (int i = 0; i < parts.Length; i++) parts[i] = Identifiers.Quote(parts[i]);
        return string.Join('.', parts);
    }

    private void Set(SetStatement set)
    {
        writer.Add("SET ").If(set.IsLocal, "LOCAL ");
        if (set is { Name: "timezone", Values: [CastExpression zone] })
        {
            writer.Add("TIME ZONE INTERVAL ").Literal(((StringLiteral)zone.Operand).Value);
            if (zone.Type.IntervalFields is { } fields) writer.Add(" ").Add(fields);
            return;
        }

        writer.Add(SettingName(set.Name)).Add(" TO ").If(set.IsDefault, "DEFAULT");
        writer.List(set.Values, _expressions.Expression);
    }

    private void Modes(TransactionModes modes)
    {
        string separator = " ";
        Mode(modes.Isolation switch
        {
            IsolationLevel.ReadUncommitted => "ISOLATION LEVEL READ UNCOMMITTED",
            IsolationLevel.ReadCommitted => "ISOLATION LEVEL READ COMMITTED",
            IsolationLevel.RepeatableRead => "ISOLATION LEVEL REPEATABLE READ",
            IsolationLevel.Serializable => "ISOLATION LEVEL SERIALIZABLE",
            _ => null,
        });
        Mode(modes.IsReadOnly switch { true => "READ ONLY", false => "READ WRITE", _ => null });
        Mode(modes.IsDeferrable switch { true => "DEFERRABLE", false => "NOT DEFERRABLE", _ => null });
        if (modes.AsOf is not { } asOf) return;
        Mode("AS OF SYSTEM TIME ");
        _expressions.Expression(asOf);

        void Mode(string? text)
        {
            if (text is null) return;
            writer.Add(separator).Add(text);
            separator = ", ";
        }
    }

    private void Prepared(Statement statement)
    {
        switch (statement)
        {
            case PrepareStatement prepare:
                writer.Add("PREPARE ").Name(prepare.Name);
                if (!prepare.ParameterTypes.IsEmpty) writer.Add(" (").List(prepare.ParameterTypes, _expressions.Type).Add(")");
                writer.Add(" AS ");
                new StatementRenderer(writer).Statement(prepare.Target);
                break;
            case ExecuteStatement execute:
                writer.Add("EXECUTE ").Name(execute.Name);
                if (!execute.Arguments.IsEmpty) writer.Add(" (").List(execute.Arguments, _expressions.Expression).Add(")");
                break;
            case DeallocateStatement deallocate:
                writer.Add("DEALLOCATE ").If(deallocate.Name is null, "ALL");
                if (deallocate.Name is { } name) writer.Name(name);
                break;
        }
    }

    private void Cursors(Statement statement)
    {
        switch (statement)
        {
            case DeclareCursorStatement declare:
                writer.Add("DECLARE ").Name(declare.Name).If(declare.IsBinary, " BINARY").If(declare.IsInsensitive, " INSENSITIVE");
                writer.If(declare.IsScroll == true, " SCROLL").If(declare.IsScroll == false, " NO SCROLL");
                writer.Add(" CURSOR").If(declare.WithHold, " WITH HOLD").Add(" FOR ");
                new QueryRenderer(writer).Query(declare.Query);
                break;
            case FetchStatement fetch:
                writer.Add(fetch.IsMove ? "MOVE " : "FETCH ").Add(fetch.Direction.ToString().ToUpperInvariant()).Add(" ");
                if (fetch.Count is { } count) writer.Add(count);
                else writer.Add("ALL");
                writer.Add(" FROM ").Name(fetch.Cursor);
                break;
            case CloseStatement close:
                writer.Add("CLOSE ").If(close.Cursor is null, "ALL");
                if (close.Cursor is { } cursor) writer.Name(cursor);
                break;
        }
    }

    private void Others(Statement statement)
    {
        switch (statement)
        {
            case ExplainStatement explain:
                writer.Add("EXPLAIN ");
                _options.Parenthesized("", explain.Options);
                writer.If(!explain.Options.IsEmpty, " ");
                new StatementRenderer(writer).Statement(explain.Target);
                break;
            case VacuumStatement vacuum: Vacuum("VACUUM", vacuum.Options, vacuum.Targets); break;
            case AnalyzeStatement analyze: Vacuum("ANALYZE", analyze.Options, analyze.Targets); break;
            case DiscardStatement discard:
                writer.Add("DISCARD ").Add(discard.Kind.ToString().ToUpperInvariant());
                break;
            case ListenStatement listen: writer.Add("LISTEN ").Name(listen.Channel); break;
            case UnlistenStatement unlisten:
                writer.Add("UNLISTEN ").If(unlisten.Channel is null, "*");
                if (unlisten.Channel is { } channel) writer.Name(channel);
                break;
            case NotifyStatement notify:
                writer.Add("NOTIFY ").Name(notify.Channel);
                if (notify.Payload is { } payload) writer.Add(", ").Literal(payload);
                break;
            case LockTableStatement lockTable:
                writer.Add("LOCK TABLE ").Names(lockTable.Tables).Add(" IN ").Add(lockTable.Mode.ToUpperInvariant());
                writer.Add(" MODE").If(lockTable.IsNoWait, " NOWAIT");
                break;
            case CheckpointStatement: writer.Add("CHECKPOINT"); break;
            default: throw new UnreachableException(statement.GetType().Name);
        }
    }

    private void Vacuum(string verb, ImmutableArray<OptionSetting> options, ImmutableArray<VacuumTarget> targets)
    {
        writer.Add(verb);
        _options.Parenthesized(" ", options);
        writer.If(!targets.IsEmpty, " ").List(targets, target => writer.Name(target.Table).Columns(target.Columns));
    }
}
