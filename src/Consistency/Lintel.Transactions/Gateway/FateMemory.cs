using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// What this gateway knows of its finished transactions: their fate, or at least the anchor key under which it is
/// recorded. Bounded, oldest out first; any thread.
/// </summary>
internal sealed class FateMemory(int max)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TransactionId, RememberedFate> _fates = [];
    private readonly Queue<TransactionId> _order = new();

    /// <summary>Remembers or corrects.</summary>
    public void Remember(TransactionId transaction, RememberedFate fate)
    {
        lock (_gate)
        {
            if (!_fates.ContainsKey(transaction))
            {
                _order.Enqueue(transaction);
                if (_order.Count > max) _fates.Remove(_order.Dequeue());
            }

            _fates[transaction] = fate;
        }
    }

    /// <summary>What is remembered, or null.</summary>
    public RememberedFate? Find(TransactionId transaction)
    {
        lock (_gate) return _fates.TryGetValue(transaction, out RememberedFate fate) ? fate : null;
    }
}

/// <summary>A fate, or (when null) the key whose split has recorded it.</summary>
internal readonly record struct RememberedFate(CommitFate? Fate, Key Anchor);
