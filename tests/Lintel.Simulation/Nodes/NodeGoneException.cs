using Lintel.Primitives.Identifiers;

namespace Lintel.Simulation.Nodes;

/// <summary>
/// A client's call to a node got no answer: the node was down (<paramref name="wasStarted"/> is false: nothing happened)
/// or crashed meanwhile (anything may have happened).
/// </summary>
public sealed class NodeGoneException(NodeId node, bool wasStarted)
    : Exception(wasStarted ? $"{node} crashed while it was asked" : $"{node} is down")
{
    /// <summary>Whether the call had begun when the node went away.</summary>
    public bool WasStarted => wasStarted;
}
