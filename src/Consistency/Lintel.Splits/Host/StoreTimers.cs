using Lintel.Splits.Lease;
using Lintel.Splits.Replica;

namespace Lintel.Splits.Host;

/// <summary>What a store does by the clock: ticks, support, housekeeping, flushes.</summary>
public sealed class StoreTimers(
    SplitStore store,
    StoreServices services,
    SupportExchange support,
    FlushLoop flush,
    LogWriter writer,
    ReplicaRebuilds rebuilds) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SplitUpkeep _upkeep = new(store, services);

    /// <summary>Starts the loops; they end with <see cref="Dispose"/>.</summary>
    public void Start()
    {
        services.Attend = _upkeep.Run;
        support.Ask();
        services.Start(() => EveryAsync(services.Limits.TickInterval, Tick));
        services.Start(() => EveryAsync(services.Limits.SupportInterval, support.Ask));
        services.Start(() => EveryAsync(services.Limits.HousekeepingInterval, KeepHouse));
        services.Start(FlushAsync);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Cancel();

    private void Tick()
    {
        writer.CheckDisk();
        support.Withdraw();
        services.Liveness.Check();
        foreach (SplitReplica replica in store.Replicas) replica.Tick();
    }

    private void KeepHouse()
    {
        foreach (SplitReplica replica in store.Replicas) replica.KeepHouse();
        _upkeep.Run();
        rebuilds.Run();
    }

    private async Task FlushAsync()
    {
        TimeProvider time = services.Environment.Time;
        long last = time.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(services.Limits.HousekeepingInterval, time, _stop.Token);
            bool due = time.GetElapsedTime(last) >= services.Limits.FlushInterval;
            if (flush.BytesSinceFlush == 0 || (!due && flush.BytesSinceFlush < services.Limits.FlushBytes)) continue;
            await store.FlushStoreAsync();
            last = time.GetTimestamp();
        }
    }

    private async Task EveryAsync(TimeSpan interval, Action action)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(interval, services.Environment.Time, _stop.Token);
            action();
        }
    }
}
