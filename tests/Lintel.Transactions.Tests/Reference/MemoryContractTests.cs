using Lintel.Transactions.Api;
using Lintel.Transactions.Reference;
using Lintel.Transactions.Tests.Contract;

namespace Lintel.Transactions.Tests.Reference;

public sealed class MemoryContractTests : TransactionContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => MemoryWorld.RunAsync(scenario);
}

public sealed class MemoryConflictTests : ConflictContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => MemoryWorld.RunAsync(scenario);
}

public sealed class MemoryModelTests : ModelContract
{
    protected override int Steps => 3_000;

    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => MemoryWorld.RunAsync(scenario);
}

internal static class MemoryWorld
{
    /// <summary>Three rows to a page, so that every scan of the contract meets continued pages.</summary>
    public static Task RunAsync(Func<ITransactionSource, Task> scenario) =>
        scenario(new MemoryTransactionSource(new StandingClock(), new MemoryLimits(PageRowsMax: 3)));

    // A clock that stands: timestamps must grow all the same.
    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
