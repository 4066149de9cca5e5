namespace Lintel.Load.Pgbench;

/// <summary>One of pgbench's built-in scripts.</summary>
/// <param name="Title">As the report names it.</param>
/// <param name="BuiltIn">As pgbench's -b option names it.</param>
internal sealed record PgbenchScript(string Title, string BuiltIn)
{
    /// <summary>Update of three tables, a select, an insert: five statements in a block.</summary>
    public static PgbenchScript TpcB { get; } = new("TPC-B", "tpcb-like");

    /// <summary>Update of one table, a select, an insert.</summary>
    public static PgbenchScript SimpleUpdate { get; } = new("simple update", "simple-update");

    /// <summary>One select by primary key.</summary>
    public static PgbenchScript SelectOnly { get; } = new("select only", "select-only");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PgbenchScript> All { get; } = [TpcB, SimpleUpdate, SelectOnly];
}
