using System.CommandLine;
using System.Globalization;
using System.Runtime.Versioning;
using Lintel.Load.Pgbench;
using Lintel.Load.Reports;
using Lintel.Load.Servers;

[assembly: SupportedOSPlatform("linux")]

var seconds = new Option<int>("--seconds") { Description = "Length of each run.", DefaultValueFactory = _ => 10 };
var scale = new Option<int>("--scale") { Description = "pgbench scale: 100,000 accounts each.", DefaultValueFactory = _ => 10 };
var mode = new Option<string>("--mode") { Description = "simple, extended or prepared.", DefaultValueFactory = _ => "prepared" };
mode.AcceptOnlyFromAmong("simple", "extended", "prepared");
var clients = new Option<int[]>("--clients") { Description = "Numbers of clients.", DefaultValueFactory = _ => [1, 8, 32], AllowMultipleArgumentsPerToken = true };
var only = new Option<string?>("--only") { Description = "Only this script: tpcb-like, simple-update or select-only." };
var program = new Option<string>("--lintel") { Description = "The lintel program.", Required = true };
var repository = new Option<string>("--repository") { Description = "Where bench/history is.", Required = true };
var noHistory = new Option<bool>("--no-history") { Description = "Do not append the results to bench/history." };

var pgbench = new Command("pgbench", "pgbench against Lintel and against PostgreSQL 15 with two standbys, in one run.")
{
    seconds, scale, mode, clients, only, program, repository, noHistory,
};
pgbench.SetAction(async (parsed, _) =>
{
    string folder = Directory.CreateTempSubdirectory("lintel-bench").FullName;
    File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
    try
    {
        await using PostgresTrio peer = await PostgresTrio.StartAsync(Path.Combine(folder, "postgres"), port: 16432);
        await using LintelTrio lintel = await LintelTrio.StartAsync(parsed.GetValue(program)!, Path.Combine(parsed.GetValue(repository)!, "examples", "bank.yaml"), Path.Combine(folder, "lintel"), portBase: 16500);
        foreach (IBenchServer server in new IBenchServer[] { peer, lintel })
        {
            TimeSpan took = await PgbenchRunner.InitializeAsync(server, parsed.GetValue(scale));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{server.Name}: pgbench -i -s {parsed.GetValue(scale)} took {took.TotalSeconds:0.0} s"));
        }

        var comparison = new PgbenchComparison(new PgbenchRunner(folder), parsed.GetValue(mode)!, parsed.GetValue(seconds));
        IEnumerable<PgbenchScript> scripts = PgbenchScript.All.Where(script => parsed.GetValue(only) is not { } name || script.BuiltIn == name);
        IReadOnlyList<PgbenchPair> pairs = await comparison.RunAsync(
            lintel, peer, scripts, parsed.GetValue(clients)!,
            pair => Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{pair.Lintel.Script}, {pair.Lintel.Clients} clients: {pair.Lintel.TransactionsPerSecond:0} tps against {pair.Peer.TransactionsPerSecond:0}: {pair.ThroughputRatio:0.00}x")));
        PgbenchTable.Print(pairs);
        if (!parsed.GetValue(noHistory)) await BenchHistory.AppendAsync(parsed.GetValue(repository)!, "pgbench", pairs);
        return 0;
    }
    catch (BenchmarkException failure)
    {
        Console.Error.WriteLine($"bench: {failure.Message}");
        return 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
var root = new RootCommand("Benchmarks of Lintel against its peers, in one run on one machine. Results are ratios.") { pgbench };
return await root.Parse(args).InvokeAsync();
