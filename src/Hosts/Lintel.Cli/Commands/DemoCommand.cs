using System.CommandLine;
using Lintel.Cli.Demo;
using Lintel.Cli.Local;
using Lintel.Cli.Output;

namespace Lintel.Cli.Commands;

/// <summary><c>lintel demo</c>: bank transfers while nodes are killed.</summary>
internal static class DemoCommand
{
    private const int PortBase = 17400;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long to transfer", DefaultValueFactory = _ => 40 };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 5 or > 86_400) result.AddError("--seconds is between 5 and 86400");
        });
        var clients = new Option<int>("--clients") { Description = "How many clients transfer at once", DefaultValueFactory = _ => 8 };
        clients.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 256) result.AddError("--clients is between 1 and 256");
        });
        var data = new Option<string>("--data") { Description = "Where its nodes live; emptied first", DefaultValueFactory = _ => ".lintel/demo" };
        var spec = new Option<string>("--spec") { Description = "The spec that declares database 'bank'", DefaultValueFactory = _ => "examples/bank.yaml" };
        var command = new Command(
            "demo",
            "Transfer money between accounts in several splits, kill -9 nodes meanwhile, then all of them, and account for every unit.\n"
            + "Three node processes of its own; exit code 1 if money or an acknowledged transfer is missing.")
        {
            seconds, clients, data, spec,
        };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(() => new BankDemo(
            new LocalLayout(parsed.GetRequiredValue(data), PortBase),
            parsed.GetValue(clients),
            TimeSpan.FromSeconds(parsed.GetValue(seconds))).RunAsync(parsed.GetRequiredValue(spec), cancellation)));
        return command;
    }
}
