using Lintel.Transactions.Api;
using Lintel.Transactions.Gateway;
using Lintel.Transactions.Tests.Contract;

namespace Lintel.Transactions.Tests.Gateway;

public sealed class OneSplitContractTests : TransactionContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => Worlds.Run(1, null, scenario);
}

public sealed class OneSplitConflictTests : ConflictContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => Worlds.Run(2, null, scenario);
}

public sealed class ManySplitsContractTests : TransactionContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) =>
        Worlds.Run(3, null, scenario, "b", "bb", "e", "m", "q");
}

public sealed class ManySplitsConflictTests : ConflictContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => Worlds.Run(4, null, scenario, "b", "e", "m", "q");
}

public sealed class ManySplitsModelTests : ModelContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => Worlds.Run(5, null, scenario, "d", "j", "m", "t");
}

internal static class Worlds
{
    public static Task Run(ulong seed, GatewayLimits? limits, Func<ITransactionSource, Task> scenario, params string[] cuts)
    {
        new GatewayWorld(seed, limits, cuts).Run(scenario);
        return Task.CompletedTask;
    }
}
