using System.Globalization;
using Lintel.Cli.Api;
using Lintel.Cli.Commands;
using Lintel.Cli.Local;
using Lintel.Cli.Output;
using Lintel.Doors.Console.Codec;
using Lintel.Primitives.Errors;
using Npgsql;

namespace Lintel.Cli.Demo;

/// <summary>
/// Transfers under kill -9, and the books at the end: the money is what was paid in, every acknowledged transfer is there,
/// also after all nodes were killed at once.
/// </summary>
internal sealed class BankDemo(LocalLayout layout, int clients, TimeSpan duration)
{
    private static readonly TimeSpan KillEvery = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan DownFor = TimeSpan.FromSeconds(3);
    private readonly BankLedger _ledger = new(TimeProvider.System);
    private readonly List<NodeProcess> _nodes = [];
    private readonly List<string> _faults = [];
    private int _checks;

    /// <summary>Runs it. Failed when anything is missing from the books.</summary>
    public async Task<ExitCode> RunAsync(string specPath, CancellationToken cancellation)
    {
        string spec = await SpecCommands.ReadAsync(specPath, cancellation);
        if (Directory.Exists(layout.Root)) Directory.Delete(layout.Root, recursive: true);
        layout.EnsureConfigurations();
        Say($"three node processes; {clients} clients for {duration.TotalSeconds:0} s; logs in {layout.Root}");
        try
        {
            for (int node = 0; node < LocalLayout.Nodes.Count; node++)
                _nodes.Add(NodeProcess.Start(LocalLayout.Nodes[node], layout.ConfigurationOf(node), layout.LogOf(node)));
            await ServingAsync(cancellation);
            await PrepareAsync(spec, cancellation);
            await TransferAsync(cancellation);
            await KillAllAsync(cancellation);
            return await CloseBooksAsync(cancellation);
        }
        finally
        {
            await Task.WhenAll(_nodes.Select(node => node.StopAsync()));
            foreach (NodeProcess node in _nodes) node.Dispose();
        }
    }

    private async Task PrepareAsync(string spec, CancellationToken cancellation)
    {
        using var client = new NodeClient(layout.HttpOf(0));
        await client.ApplyAsync(spec, cancellation);
        await using (NpgsqlConnection connection = await BankSchema.ConnectAsync(layout, 0, cancellation))
            await BankSchema.CreateAsync(connection, cancellation);
        // The splits follow the tables within a few rounds of the reconciler.
        int splits = 0;
        for (int i = 0; i < 100 && splits <= BankSchema.Branches; i++)
        {
            DatabaseLine? bank = (await client.DatabasesAsync(cancellation)).Databases.FirstOrDefault(database => database.Name == "bank");
            splits = bank?.Splits.Count ?? 0;
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellation);
        }

        Say($"{BankSchema.Branches * BankSchema.AccountsPerBranch} accounts with {BankSchema.Opening} each, in {splits} splits: {BankSchema.Total} in all");
        if (splits <= BankSchema.Branches) throw new LintelException(ErrorCode.Unavailable, "the tables did not get splits of their own in time");
    }

    private async Task TransferAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ledger.Begin();
        ending.CancelAfter(duration);
        Task[] work =
        [
            .. Enumerable.Range(1, clients).Select(number => new BankClient(layout, number, _ledger).RunAsync(ending.Token)),
            KillAsync(ending.Token),
            WatchAsync(ending.Token),
        ];
        await Task.WhenAll(work);
        cancellation.ThrowIfCancellationRequested();
    }

    // One node at a time, in turn; each is back before the next goes.
    private async Task KillAsync(CancellationToken ending)
    {
        try
        {
            for (int victim = 0; ; victim = (victim + 1) % _nodes.Count)
            {
                await Task.Delay(KillEvery - DownFor, ending);
                Say($"kill -9 {_nodes[victim].Name}");
                await _nodes[victim].KillAsync();
                await Task.Delay(DownFor, ending);
                _nodes[victim].Restart();
                Say($"{_nodes[victim].Name} is started again");
            }
        }
        catch (OperationCanceledException)
        {
            // Time is over; whoever is down now is started for the books.
        }
    }

    private async Task WatchAsync(CancellationToken ending)
    {
        try
        {
            for (int second = 2; ; second += 2)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), ending);
                long? sum = await TrySumAsync(second / 2);
                Say($"{_ledger.Acknowledged.Count} transfers, {_ledger.Retries} retries, {_ledger.Uncertain.Count} uncertain, sum {sum?.ToString(CultureInfo.InvariantCulture) ?? "not read"}, longest pause {_ledger.LongestPause.TotalSeconds:0.00} s");
                if (sum is { } money && money != BankSchema.Total) _faults.Add($"at {second} s the sum was {money}, not {BankSchema.Total}");
            }
        }
        catch (OperationCanceledException)
        {
            // Time is over.
        }
    }

    private async Task<long?> TrySumAsync(int round)
    {
        try
        {
            await using NpgsqlConnection connection = await BankSchema.ConnectAsync(layout, round % LocalLayout.Nodes.Count, CancellationToken.None);
            long sum = await BankSchema.SumAsync(connection, CancellationToken.None);
            _checks++;
            return sum;
        }
        catch (NpgsqlException)
        {
            // That node is down now.
            return null;
        }
    }

    private async Task KillAllAsync(CancellationToken cancellation)
    {
        Say("kill -9 all three nodes");
        await Task.WhenAll(_nodes.Select(node => node.KillAsync()));
        foreach (NodeProcess node in _nodes) node.Restart();
        await ServingAsync(cancellation);
        Say("all three serve again");
    }

    private async Task<ExitCode> CloseBooksAsync(CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await BankSchema.ConnectAsync(layout, 0, cancellation);
        long sum = await BankSchema.SumAsync(connection, cancellation);
        HashSet<long> recorded = await BankSchema.TransfersAsync(connection, cancellation);
        long[] lost = [.. _ledger.Acknowledged.Where(id => !recorded.Contains(id)).Order()];
        if (sum != BankSchema.Total) _faults.Add($"MONEY IS LOST OR MADE: the accounts hold {sum}, {BankSchema.Total} was paid in");
        if (lost.Length > 0) _faults.Add($"{lost.Length} ACKNOWLEDGED TRANSFERS ARE MISSING, the first: {lost[0]}");
        int foundUncertain = _ledger.Uncertain.Count(recorded.Contains);
        if (recorded.Count != _ledger.Acknowledged.Count + foundUncertain)
            _faults.Add($"{recorded.Count} transfers are recorded, {_ledger.Acknowledged.Count} were acknowledged and {foundUncertain} uncertain ones are there");
        if (_ledger.Acknowledged.Count == 0) _faults.Add("not one transfer was acknowledged");

        Console.WriteLine();
        Console.WriteLine($"sum of all accounts      {sum} of {BankSchema.Total}");
        Console.WriteLine($"transfers acknowledged   {_ledger.Acknowledged.Count} ({_ledger.Acknowledged.Count / duration.TotalSeconds:0} a second), all present: {(lost.Length == 0 ? "yes" : "NO")}");
        Console.WriteLine($"answers lost             {_ledger.Uncertain.Count}, of which {foundUncertain} were committed");
        Console.WriteLine($"retries                  {_ledger.Retries}");
        Console.WriteLine($"reconnects               {_ledger.Reconnects}");
        Console.WriteLine($"longest pause            {_ledger.LongestPause.TotalSeconds:0.00} s");
        Console.WriteLine($"sums checked meanwhile   {_checks}");
        foreach (string fault in _faults) await Console.Error.WriteLineAsync($"FAULT: {fault}");
        Console.WriteLine(_faults.Count == 0 ? "the books balance" : "THE BOOKS DO NOT BALANCE");
        return _faults.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private Task ServingAsync(CancellationToken cancellation) =>
        LocalCluster.WhenServingAsync(layout, Task.WhenAny(_nodes.Select(node => node.WhenEnded)).Unwrap().ContinueWith(
            _ => throw new LintelException(ErrorCode.Unavailable, "a node process ended while it started", null, $"see the logs in {layout.Root}"),
            cancellation,
            TaskContinuationOptions.None,
            TaskScheduler.Default), cancellation);

    private static void Say(string what) => Console.WriteLine($"{DateTime.Now:HH:mm:ss} {what}");
}
