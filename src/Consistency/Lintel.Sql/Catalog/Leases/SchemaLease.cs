using Lintel.Primitives.Time;

namespace Lintel.Sql.Catalog.Leases;

/// <summary>A schema, and the timestamps at which it is known to be the one.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="From">The first timestamp it is known to be valid at.</param>
/// <param name="Through">The last one: no change of the schema commits up to then.</param>
public sealed record SchemaLease(DatabaseSchema Schema, Timestamp From, Timestamp Through)
{
    /// <summary>Whether it tells the schema at a timestamp.</summary>
    public bool Covers(Timestamp at) => From <= at && at <= Through;
}
