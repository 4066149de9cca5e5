
namespace Lintel.Sql.Catalog.Leases;

/// <summary>
/// A read-write transaction that goes by a lease and may therefore commit under its schema. It ends when the fate of the
/// transaction is certain; where it is not, with the lease.
/// </summary>
public sealed class SchemaUse
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal SchemaUse(SchemaLease lease) => Lease = lease;

    /// <summary>The lease it goes by; a later one of the same schema after an extension.</summary>
    public SchemaLease Lease { get; internal set; }

    /// <summary>Completes when it has ended.</summary>
    internal Task Ended => _ended.Task;

    internal void Complete() => _ended.TrySetResult();
}
