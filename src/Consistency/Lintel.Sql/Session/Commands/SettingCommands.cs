using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Settings;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Commands;

/// <summary>SET, SHOW, RESET and SET TRANSACTION.</summary>
internal sealed class SettingCommands(SqlSession session)
{
    /// <summary>Whether a statement is one of them.</summary>
    public static bool Takes(Statement statement) =>
        statement is SetStatement or ShowStatement or ResetStatement or SetTransactionStatement;

    /// <summary>The columns of SHOW; default for the others.</summary>
    public static ImmutableArray<ResultColumn> ColumnsOf(Statement statement) => statement switch
    {
        ShowStatement { Name: null } =>
        [
            new ResultColumn("name", SqlType.Text), new ResultColumn("setting", SqlType.Text),
            new ResultColumn("description", SqlType.Text),
        ],
        ShowStatement show => [new ResultColumn(SettingCatalog.Find(show.Name!)?.Name ?? show.Name!, SqlType.Text)],
        _ => default,
    };

    /// <summary>Carries one out.</summary>
    public async ValueTask<CommandTag> RunAsync(
        Statement statement, bool isDescribed, IResultSink sink, CancellationToken cancellation)
    {
        switch (statement)
        {
            case SetStatement set:
                Set(set.Name, OptionValues.Of(set), set.IsLocal);
                return new CommandTag("SET");
            case ResetStatement { Name: null }:
                session.Settings.ResetAll();
                return new CommandTag("RESET");
            case ResetStatement reset:
                Set(reset.Name!, null, isLocal: false);
                return new CommandTag("RESET");
            case SetTransactionStatement transaction:
                SetTransaction(transaction);
                return new CommandTag("SET");
            default:
                await ShowAsync((ShowStatement)statement, isDescribed, sink, cancellation);
                return new CommandTag("SHOW");
        }
    }

    /// <summary>The value of a setting as SHOW prints it, those of the transaction included; null for an unknown one.</summary>
    public static string? Show(SqlSession session, string name)
    {
        BlockModes? modes = session.Block.IsInTransaction ? session.Block.Modes : null;
        return name.ToLowerInvariant() switch
        {
            "transaction_isolation" => BlockModes.NameOf((modes ?? BlockModes.Default(session.Settings)).Isolation),
            "transaction_read_only" => OnOff((modes ?? BlockModes.Default(session.Settings)).IsReadOnly),
            "transaction_deferrable" => OnOff((modes ?? BlockModes.Default(session.Settings)).IsDeferrable),
            _ => session.Settings.Show(name),
        };
    }

    /// <summary>SET, also for those settings that are modes of the transaction.</summary>
    public void Set(string name, string? value, bool isLocal)
    {
        switch (name.ToLowerInvariant())
        {
            case "transaction_isolation" when value is not null:
                string level = SettingCatalog.Find(name)!.Normalize(value);
                session.Block.Set(new TransactionModes(BlockModes.LevelOf(level), null, null));
                break;
            case "transaction_read_only" when value is not null:
                session.Block.Set(new TransactionModes(null, SettingCatalog.Find(name)!.Normalize(value) == "on", null));
                break;
            case "transaction_deferrable" when value is not null:
                session.Block.Set(new TransactionModes(null, null, SettingCatalog.Find(name)!.Normalize(value) == "on"));
                break;
            case "session_authorization" or "role" when value is not null && value != session.SessionUser && value is not ("none" or "default"):
                throw new SqlException(
                    SqlStates.FeatureNotSupported, $"a session of \"{session.SessionUser}\" cannot become another role");
            case "session_authorization" or "role":
                session.Settings.Set(name, null, isLocal, session.Block.IsInTransaction);
                break;
            default:
                session.Settings.Set(name, value, isLocal, session.Block.IsInTransaction);
                break;
        }
    }

    private void SetTransaction(SetTransactionStatement transaction)
    {
        if (!transaction.IsSessionCharacteristics)
        {
            session.Block.Set(transaction.Modes);
            return;
        }

        TransactionModes modes = transaction.Modes;
        if (modes.Isolation is { } level) Set("default_transaction_isolation", BlockModes.NameOf(level), isLocal: false);
        if (modes.IsReadOnly is { } readOnly) Set("default_transaction_read_only", OnOff(readOnly), isLocal: false);
        if (modes.IsDeferrable is { } deferrable) Set("default_transaction_deferrable", OnOff(deferrable), isLocal: false);
    }

    private async ValueTask ShowAsync(
        ShowStatement show, bool isDescribed, IResultSink sink, CancellationToken cancellation)
    {
        if (isDescribed) sink.Columns(ColumnsOf(show));
        if (show.Name is not null)
        {
            string value = Show(session, show.Name) ?? throw new SqlException(
                SqlStates.UndefinedObject, $"unrecognized configuration parameter \"{show.Name}\"");
            if (sink.Row([SqlValue.Of(value)])) await sink.DrainAsync(cancellation);
            return;
        }

        foreach (SettingDefinition setting in SettingCatalog.All)
        {
            SqlValue[] row =
            [
                SqlValue.Of(setting.Name), SqlValue.Of(Show(session, setting.Name)!), SqlValue.Of(setting.Description),
            ];
            if (sink.Row(row)) await sink.DrainAsync(cancellation);
        }
    }

    private static string OnOff(bool value) => value ? "on" : "off";
}
