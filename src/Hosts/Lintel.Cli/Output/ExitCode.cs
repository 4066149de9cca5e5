namespace Lintel.Cli.Output;

/// <summary>What a command's exit code says. Part of the contract with scripts.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>The cluster refused, or what was asked did not come about.</summary>
    Failed = 1,

    /// <summary>The command line, a file or a value in it is wrong.</summary>
    Usage = 2,

    /// <summary>Nobody was reached, or the machine does not allow it: an address in use, a directory that cannot be written.</summary>
    Unreachable = 3,
}
