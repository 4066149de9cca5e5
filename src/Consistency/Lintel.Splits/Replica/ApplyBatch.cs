using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>
/// The changes of one flush: entries of many splits become one batch of the ordered store, together with the applied
/// states they lead to. Whoever must read what the batch has not written yet closes it first with
/// <see cref="WriteOut"/>; every batch is complete in itself, since the states of all splits it touched go with it.
/// </summary>
public sealed class ApplyBatch(IOrderedStore store)
{
    private readonly List<SplitStateMachine> _touched = [];

    /// <summary>The changes so far.</summary>
    public OrderedBatch Changes { get; private set; } = new();

    /// <summary>Bytes written out by this flush.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Notes that a split's state goes with the next batch.</summary>
    public void Touch(SplitStateMachine machine)
    {
        if (machine.IsInBatch) return;
        machine.IsInBatch = true;
        _touched.Add(machine);
    }

    /// <summary>Writes what has been collected, with the states of the splits it touched.</summary>
    public void WriteOut()
    {
        foreach (SplitStateMachine machine in _touched)
        {
            machine.IsInBatch = false;
            machine.OnWrittenOut();
            if (machine.IsRetired) continue;
            Changes.Put(LocalKeys.State(machine.State.Descriptor.Split), machine.State.Encode());
        }

        _touched.Clear();
        if (Changes.Changes.Count == 0) return;
        BytesWritten += Changes.Bytes;
        store.Write(Changes);
        Changes = new OrderedBatch();
    }
}
