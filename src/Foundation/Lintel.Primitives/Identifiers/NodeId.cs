namespace Lintel.Primitives.Identifiers;

/// <summary>Names one node of the cluster. Assigned once, when the node joins, and never reused. Zero is "no node".</summary>
public readonly record struct NodeId(ulong Value) : IComparable<NodeId>
{
    /// <summary>The absence of a node.</summary>
    public static NodeId None => default;

    /// <summary>Whether this names a node at all.</summary>
    public bool IsNone => Value == 0;

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => IsNone ? "none" : $"n{Value}";
}
