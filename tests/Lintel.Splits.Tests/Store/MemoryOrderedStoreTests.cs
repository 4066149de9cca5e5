using Lintel.Splits.Store;

namespace Lintel.Splits.Tests.Store;

public sealed class MemoryOrderedStoreTests : OrderedStoreContract
{
    protected override IOrderedStore Create() => new MemoryOrderedStore();

    protected override IOrderedStore Reopen(IOrderedStore store) => store;
}
