using System.CommandLine;
using Lintel.Cli.Local;
using Lintel.Cli.Output;

namespace Lintel.Cli.Commands;

/// <summary><c>lintel up</c>: a cluster of three nodes on this machine.</summary>
internal static class UpCommand
{
    /// <summary>Where a cluster's files are unless told otherwise, from the current directory.</summary>
    public const string DefaultDirectory = ".lintel";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var processes = new Option<bool>("--processes") { Description = "Run each node in a process of its own, instead of all in this one" };
        var data = new Option<string>("--data") { Description = "Where configurations, data and logs are kept between runs", DefaultValueFactory = _ => DefaultDirectory };
        var portBase = new Option<int>("--port-base")
        {
            Description = "Ports count up from here; with the default, SQL is at 5433 and HTTP at 8080", DefaultValueFactory = _ => LocalLayout.DefaultPortBase,
        };
        portBase.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1024 or > 65000) result.AddError("--port-base is between 1024 and 65000");
        });
        var spec = new Option<string>("--spec") { Description = "The spec to apply", DefaultValueFactory = _ => "examples/bank.yaml" };
        var command = new Command("up", "Start three nodes (zones a, b, c) on this machine, apply a spec, and run until Ctrl-C")
        {
            processes, data, portBase, spec,
        };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(async () =>
        {
            var layout = new LocalLayout(parsed.GetRequiredValue(data), parsed.GetValue(portBase));
            return await new LocalCluster(layout, parsed.GetValue(portBase)).RunAsync(parsed.GetRequiredValue(spec), parsed.GetValue(processes), cancellation);
        }));
        return command;
    }
}
