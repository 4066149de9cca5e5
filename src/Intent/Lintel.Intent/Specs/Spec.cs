using System.Collections.Immutable;

namespace Lintel.Intent.Specs;

/// <summary>One document of a spec: what somebody asked for, validated against contracts/spec.schema.json.</summary>
/// <param name="Name">The object's name, unique within its kind.</param>
/// <param name="Line">The line of the document in its file, from 1.</param>
public abstract record Spec(string Name, int Line)
{
    /// <summary>The kind as written in specs.</summary>
    public abstract string Kind { get; }
}

/// <summary>Asks for a storage pool on each named node.</summary>
/// <param name="Name">The pool's name.</param>
/// <param name="Line">Where the document begins.</param>
/// <param name="Provider">The provider kind.</param>
/// <param name="Nodes">The nodes by name; empty means every node of the cluster.</param>
/// <param name="CapacityBytes">Most bytes that replicas may take; null means what the file system has.</param>
public sealed record StoragePoolSpec(string Name, int Line, string Provider, ImmutableArray<string> Nodes, long? CapacityBytes)
    : Spec(Name, Line)
{
    /// <inheritdoc/>
    public override string Kind => "StoragePool";
}

/// <summary>Asks for a placement policy.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Line">Where the document begins.</param>
/// <param name="Replicas">Replica count; odd.</param>
/// <param name="StoragePools">Pools that may be used; empty means any.</param>
/// <param name="ReplicasOnDifferent">Node properties that tell replicas apart.</param>
/// <param name="ReplicasOnSame">Node properties that keep replicas together.</param>
public sealed record ResourceGroupSpec(
    string Name,
    int Line,
    int Replicas,
    ImmutableArray<string> StoragePools,
    ImmutableArray<string> ReplicasOnDifferent,
    ImmutableArray<string> ReplicasOnSame) : Spec(Name, Line)
{
    /// <inheritdoc/>
    public override string Kind => "ResourceGroup";
}

/// <summary>Asks for a database placed by a resource group.</summary>
/// <param name="Name">The database's name.</param>
/// <param name="Line">Where the document begins.</param>
/// <param name="ResourceGroup">The group that places its splits.</param>
/// <param name="Owner">The user that owns it; null means admin.</param>
/// <param name="SplitPerTable">Whether each table begins in a split of its own.</param>
/// <param name="SplitBytesMax">Size beyond which a split is divided; null means the cluster's default.</param>
public sealed record DatabaseSpec(
    string Name, int Line, string ResourceGroup, string? Owner, bool SplitPerTable, long? SplitBytesMax) : Spec(Name, Line)
{
    /// <inheritdoc/>
    public override string Kind => "Database";
}
