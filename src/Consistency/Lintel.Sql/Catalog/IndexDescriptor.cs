using System.Collections.Immutable;

namespace Lintel.Sql.Catalog;

/// <summary>
/// The states an index passes on its way to being used (F1, VLDB 2013, section 3). Adjacent states may be in use at the
/// same time on different nodes without the index and its table coming to disagree.
/// </summary>
public enum IndexState : byte
{
    /// <summary>Deletes and updates remove entries; nothing adds any.</summary>
    DeleteOnly,

    /// <summary>Every write keeps the index; no read uses it.</summary>
    WriteOnly,

    /// <summary>Reads use it.</summary>
    Public,
}

/// <summary>One key column of an index.</summary>
/// <param name="ColumnId">The column, by its id in the table.</param>
/// <param name="Descending">Whether the order is reversed.</param>
/// <param name="NullsFirst">Whether nulls sort before every value (in the order of the index).</param>
public readonly record struct IndexColumn(int ColumnId, bool Descending = false, bool NullsFirst = false);

/// <summary>An index of a table; the primary index holds the rows themselves.</summary>
/// <param name="Id">Object id, unique in the cluster; what pg_class shows.</param>
/// <param name="StorageId">Where the entries live. TRUNCATE and rewrites give a new one.</param>
/// <param name="Name">The name, in the schema of the table.</param>
/// <param name="Columns">Key columns in order.</param>
/// <param name="IsUnique">Whether two rows with equal, non-null keys are refused (23505).</param>
/// <param name="IsPrimary">Whether this is the index that holds the rows.</param>
/// <param name="IsConstraint">Whether it was declared as PRIMARY KEY or UNIQUE constraint rather than by CREATE INDEX.</param>
/// <param name="State">How far its creation has come.</param>
public sealed record IndexDescriptor(
    uint Id,
    uint StorageId,
    string Name,
    ImmutableArray<IndexColumn> Columns,
    bool IsUnique,
    bool IsPrimary,
    bool IsConstraint,
    IndexState State = IndexState.Public);
