using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// Where the other nodes are. It may change while the network runs: a node's new address is used for the next
/// connection to it, and a connection to its old address is given up. Safe to use from any thread.
/// </summary>
public sealed class AddressBook
{
    private readonly Lock _gate = new();
    private ImmutableSortedDictionary<NodeId, NodeAddress> _addresses = ImmutableSortedDictionary<NodeId, NodeAddress>.Empty;

    /// <summary>Every node whose address is known, as of now.</summary>
    public ImmutableSortedDictionary<NodeId, NodeAddress> Addresses => Volatile.Read(ref _addresses);

    /// <summary>Raised after a node's address changed or was taken out, on the thread that changed it.</summary>
    internal event Action<NodeId>? Changed;

    /// <summary>Sets a node's address.</summary>
    public void Set(NodeId node, NodeAddress address)
    {
        lock (_gate)
        {
            if (_addresses.TryGetValue(node, out NodeAddress known) && known == address) return;
            Volatile.Write(ref _addresses, _addresses.SetItem(node, address));
        }

        Changed?.Invoke(node);
    }

    /// <summary>Forgets a node: nothing is sent to it any more, unless it connects by itself.</summary>
    public void Remove(NodeId node)
    {
        lock (_gate)
        {
            if (!_addresses.ContainsKey(node)) return;
            Volatile.Write(ref _addresses, _addresses.Remove(node));
        }

        Changed?.Invoke(node);
    }

    /// <summary>The node's address, if it is known.</summary>
    public bool TryFind(NodeId node, out NodeAddress address) => Addresses.TryGetValue(node, out address);
}
