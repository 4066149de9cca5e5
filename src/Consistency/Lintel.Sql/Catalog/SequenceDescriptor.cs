namespace Lintel.Sql.Catalog;

/// <summary>A sequence: its definition. The position lives under its own key, outside of the catalog.</summary>
/// <param name="Id">Object id.</param>
/// <param name="SchemaId">The schema it is in.</param>
/// <param name="Name">Its name.</param>
/// <param name="TypeOid">smallint, integer or bigint.</param>
/// <param name="Start">First value.</param>
/// <param name="Increment">Step; not zero.</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value.</param>
/// <param name="Cache">How many values a node takes at once; the values it does not use are lost when it stops.</param>
/// <param name="Cycles">Whether it starts again at the other end.</param>
/// <param name="StorageId">Names the key of the position; RESTART and TRUNCATE RESTART IDENTITY give a new one.</param>
/// <param name="OwnerTableId">The table whose column owns it, or 0.</param>
/// <param name="OwnerColumnId">That column.</param>
public sealed record SequenceDescriptor(
    uint Id,
    uint SchemaId,
    string Name,
    uint TypeOid,
    long Start,
    long Increment,
    long Minimum,
    long Maximum,
    long Cache,
    bool Cycles,
    uint StorageId,
    uint OwnerTableId = 0,
    int OwnerColumnId = 0) : RelationDescriptor(Id, SchemaId, Name);

/// <summary>A schema (namespace) of a database.</summary>
/// <param name="Id">Object id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Owner">The role that created it.</param>
public sealed record SchemaDescriptor(uint Id, string Name, string? Owner = null);

/// <summary>A database.</summary>
/// <param name="Id">Its id: prefix of every key it stores, and its oid in pg_database.</param>
/// <param name="Name">Its name, unique in the cluster.</param>
/// <param name="ResourceGroup">The placement policy its splits follow, or null for the cluster's default.</param>
/// <param name="Owner">The role that created it.</param>
public sealed record DatabaseDescriptor(uint Id, string Name, string? ResourceGroup, string? Owner = null);
