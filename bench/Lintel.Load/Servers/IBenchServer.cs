namespace Lintel.Load.Servers;

/// <summary>A database under test: three processes that replicate, and where its SQL door is.</summary>
internal interface IBenchServer : IAsyncDisposable
{
    /// <summary>As the report names it.</summary>
    string Name { get; }

    /// <summary>Arguments that make psql and pgbench connect to it: host, port, user, then the database as last word.</summary>
    IReadOnlyList<string> Connection { get; }

    /// <summary>The database.</summary>
    string Database { get; }

    /// <summary>CPU-seconds that all its processes have used.</summary>
    double CpuSeconds { get; }

    /// <summary>Resident bytes of all its processes.</summary>
    long ResidentBytes { get; }
}
