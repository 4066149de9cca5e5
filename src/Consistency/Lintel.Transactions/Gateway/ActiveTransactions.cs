using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;

namespace Lintel.Transactions.Gateway;

/// <summary>The open transactions of a gateway, oldest first, and the bound on how many there may be. Any thread.</summary>
internal sealed class ActiveTransactions(int max)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<TransactionId, GatewayTransaction> _transactions = [];

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _transactions.Count;
        }
    }

    /// <summary>Admits a transaction, or refuses with Busy.</summary>
    public void Admit(GatewayTransaction transaction)
    {
        lock (_gate)
        {
            if (_transactions.Count < max)
            {
                _transactions.Add(transaction.Id, transaction);
                return;
            }
        }

        throw new LintelException(
            ErrorCode.Busy, "too many transactions are open at this node", $"the limit is {max}",
            "finish or roll back some, then try again");
    }

    /// <summary>Forgets a finished transaction.</summary>
    public void Remove(TransactionId transaction)
    {
        lock (_gate) _transactions.Remove(transaction);
    }

    /// <summary>The open transaction of that id, or null.</summary>
    public GatewayTransaction? Find(TransactionId transaction)
    {
        lock (_gate) return _transactions.GetValueOrDefault(transaction);
    }

    /// <summary>All of them, oldest first.</summary>
    public GatewayTransaction[] ToArray()
    {
        lock (_gate) return [.. _transactions.Values];
    }
}
