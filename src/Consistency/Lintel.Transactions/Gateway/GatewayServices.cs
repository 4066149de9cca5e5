using Lintel.Environment;
using Lintel.Primitives.Time;

namespace Lintel.Transactions.Gateway;

/// <summary>What the transactions of one gateway share. Used on the store's context.</summary>
internal sealed record GatewayServices(
    NodeEnvironment Environment,
    GatewayLimits Limits,
    PatientSender Sender,
    Courtesies Courtesies,
    RoutedReads Reads,
    FateMemory Fates,
    ActiveTransactions Active,
    CommitLatencies Commits)
{
    /// <summary>Goes on on the store's context.</summary>
    public ContextEntry EnterAsync() => new(Environment.Context);

    /// <summary>Waits until <paramref name="instant"/> has passed on every node.</summary>
    public async ValueTask WaitOutAsync(Timestamp instant)
    {
        while (true)
        {
            var now = Environment.TrueTime.Now();
            if (now.IsAfter(instant)) return;

            // Rounded up: a delay is cut down to whole milliseconds, and one of zero would not wait at all.
            double left = Math.Floor((instant - now.Earliest).TotalMilliseconds) + 1;
            await Task.Delay(TimeSpan.FromMilliseconds(left), Environment.Time);
        }
    }
}
