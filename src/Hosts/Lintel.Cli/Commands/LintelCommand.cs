using System.CommandLine;

namespace Lintel.Cli.Commands;

/// <summary>The root of the command line.</summary>
internal static class LintelCommand
{
    /// <summary>All commands.</summary>
    public static RootCommand Create() => new(
        "Lintel: replicated storage and externally consistent transactions over it.\n"
        + "Exit codes: 0 done, 1 refused or failed, 2 wrong usage or input, 3 nobody reached.")
    {
        UpCommand.Create(),
        StatusCommand.Create(),
        NodeCommands.Create(),
        DatabaseCommands.Create(),
        SplitCommands.Create(),
        SpecCommands.CreatePlan(),
        SpecCommands.CreateApply(),
        DemoCommand.Create(),
    };
}
