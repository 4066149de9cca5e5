using System.CommandLine;
using Lintel.Cli.Api;
using Lintel.Cli.Local;
using Lintel.Cli.Output;
using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Errors;

namespace Lintel.Cli.Commands;

/// <summary>The options of every command that talks to a node: which one, and how to show what it says.</summary>
internal sealed class NodeAccess
{
    private const string DefaultNode = "127.0.0.1:8080";

    /// <summary>The node's HTTP address.</summary>
    public Option<string?> Node { get; } = new("--node")
    {
        Description = $"HTTP address of a node, host:port. Default: a node that ./up started here, else {DefaultNode}",
    };

    /// <summary>Table or JSON.</summary>
    public Option<OutputFormat> Output { get; } = new("--output", "-o")
    {
        Description = "How to show the answer", DefaultValueFactory = _ => OutputFormat.Table,
    };

    /// <summary>A command with these options, whose body gets a client.</summary>
    public static Command Create(string name, string description, Func<NodeClient, ParseResult, OutputFormat, CancellationToken, Task<ExitCode>> body, params Symbol[] more)
    {
        var access = new NodeAccess();
        var command = new Command(name, description) { access.Node, access.Output };
        foreach (Symbol symbol in more)
        {
            if (symbol is Option option) command.Options.Add(option);
            else if (symbol is Argument argument) command.Arguments.Add(argument);
        }

        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(async () =>
        {
            using NodeClient client = await access.OpenAsync(parsed, cancellation);
            return await body(client, parsed, parsed.GetValue(access.Output), cancellation);
        }));
        return command;
    }

    private async Task<NodeClient> OpenAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(Node) is { } given) return new NodeClient(NodeAddress.Parse(given));
        if (RunningCluster.Find(UpCommand.DefaultDirectory) is { } running)
        {
            // Any node that answers will do.
            foreach (string http in running.Http)
            {
                var client = new NodeClient(NodeAddress.Parse(http));
                if (await client.TryHealthAsync(cancellation) is not null) return client;
                client.Dispose();
            }

            throw new LintelException(
                ErrorCode.Unavailable, "no node of the cluster that ./up started answers", $"asked {string.Join(", ", running.Http)}", "see the logs under .lintel/");
        }

        return new NodeClient(NodeAddress.Parse(DefaultNode));
    }
}
