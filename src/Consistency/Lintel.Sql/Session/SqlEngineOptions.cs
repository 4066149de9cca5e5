using Lintel.Environment.TrueTime;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Sql.Catalog.Leases;
using Lintel.Sql.Execute.Virtual;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session;

/// <summary>What SQL stands on, on one node.</summary>
/// <param name="Transactions">The gateway of the node.</param>
/// <param name="Time">Timers, and the wall clock that now() shows.</param>
/// <param name="TrueTime">The cluster's time; hidden row ids are drawn from it.</param>
/// <param name="Random">For random(), gen_random_uuid() and back-off.</param>
/// <param name="Node">This node.</param>
/// <param name="Limits">Bounds.</param>
/// <param name="VirtualTables">What the node adds to pg_catalog and information_schema: Lintel's own views.</param>
/// <param name="PasswordVerifier">
/// What to keep of the password of CREATE ROLE; without it passwords are refused (the plane that knows how stands above).
/// </param>
/// <param name="Leases">
/// Schema leases. Null has every transaction read the schema's version from the catalog, which is always right and costs
/// a read; with leases, <see cref="SchemaLeaseOptions.Peers"/> must reach every other node that runs SQL.
/// </param>
public sealed record SqlEngineOptions(
    ITransactionSource Transactions,
    TimeProvider Time,
    ITrueTime TrueTime,
    Prng Random,
    NodeId Node,
    SqlLimits? Limits = null,
    IVirtualTableSource? VirtualTables = null,
    Func<string, string>? PasswordVerifier = null,
    SchemaLeaseOptions? Leases = null);
