namespace Lintel.Cli.Output;

/// <summary>How a command shows its answer.</summary>
internal enum OutputFormat
{
    /// <summary>Tables for people.</summary>
    Table,

    /// <summary>One JSON document for scripts.</summary>
    Json,
}
