using Lintel.Environment.TrueTime;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog.Leases;

/// <summary>
/// What lets a transaction know the schema without asking for it. A node reads a database's version, and whether a
/// change of it is pending, at a timestamp t. While none is, no change commits up to t + <c>LeaseFor</c>, because
/// whoever wants to change the schema
/// <code>
/// 1. commits a mark, at m: from now on nobody gets a lease;
/// 2. has every node give up what leases it has, or waits until m + LeaseFor;
/// 3. commits the change.
/// </code>
/// A read-write transaction that goes by a lease commits not after its end (ITransaction.NotAfter), a snapshot is read
/// within it. While a mark stands, transactions read the version under a lock, as they would without leases.
///
/// Invariant Q02: the schema a transaction used is the schema at its own timestamp. A node that gives up answers when no
/// transaction of its own can commit under the old schema any more and every snapshot it served is in the past;
/// a lease that was read before the mark and arrives after it is not taken (the floor).
///
/// Thread-safe. Bounded by the number of databases in use.
/// </summary>
public sealed class SchemaLeases
{
    private readonly ITransactionSource _transactions;
    private readonly ITrueTime _trueTime;
    private readonly TimeProvider _time;
    private readonly SchemaCache _schemas;
    private readonly SchemaLeaseOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, LeaseState> _states = [];

    /// <summary>No lease yet.</summary>
    public SchemaLeases(
        ITransactionSource transactions, ITrueTime trueTime, TimeProvider time, SchemaCache schemas, SchemaLeaseOptions options)
    {
        (_transactions, _trueTime, _time, _schemas, _options) = (transactions, trueTime, time, schemas, options);
    }

    /// <summary>How leases are given.</summary>
    public SchemaLeaseOptions Options => _options;

    /// <summary>Begins the use of a lease by a transaction; null while none can be had: then the version is read under a lock.</summary>
    public async ValueTask<SchemaUse?> TryUseAsync(DatabaseDescriptor database, CancellationToken cancellation)
    {
        while (true)
        {
            SchemaLease? lease = await FreshAsync(database, cancellation);
            if (lease is null) return null;
            lock (_gate)
            {
                LeaseState state = StateOf(database.Id);
                if (lease.From < state.Floor) continue;
                var use = new SchemaUse(lease);
                state.Uses.Add(use);
                return use;
            }
        }
    }

    /// <summary>
    /// Makes sure that a use lasts for a commit that begins now. False when the schema has changed, or is about to:
    /// then it has to be looked at under a lock.
    /// </summary>
    public async ValueTask<bool> ExtendAsync(SchemaUse use, CancellationToken cancellation)
    {
        if (Left(use.Lease) > _options.LeaseFor / 4) return true;
        SchemaLease? lease = await FreshAsync(use.Lease.Schema.Database, cancellation);
        if (lease is null || !ReferenceEquals(lease.Schema, use.Lease.Schema)) return false;
        lock (_gate)
        {
            if (lease.From < StateOf(lease.Schema.Database.Id).Floor) return false;
            use.Lease = lease;
            return true;
        }
    }

    /// <summary>A use is over: its transaction has committed, or certainly never will.</summary>
    public void End(SchemaUse use)
    {
        lock (_gate) StateOf(use.Lease.Schema.Database.Id).Uses.Remove(use);
        use.Complete();
    }

    /// <summary>The schema at a timestamp that is being read at, if a lease tells it.</summary>
    public async ValueTask<DatabaseSchema?> TryReadAsync(
        DatabaseDescriptor database, Timestamp at, bool mayRenew, CancellationToken cancellation)
    {
        if (Find(database.Id, at) is { } known) return known;
        if (!mayRenew) return null;
        await FreshAsync(database, cancellation);
        return Find(database.Id, at);
    }

    /// <summary>
    /// A change of the schema was marked at <paramref name="marked"/>: gives up the leases from before, and returns when
    /// nothing of this node goes by them any more.
    /// </summary>
    public async ValueTask GiveUpAsync(uint database, Timestamp marked, CancellationToken cancellation)
    {
        SchemaUse[] uses;
        Timestamp last;
        lock (_gate)
        {
            LeaseState state = StateOf(database);
            state.Floor = Timestamp.Later(state.Floor, marked);
            if (state.Lease is { } lease && lease.From < marked) state.Lease = null;
            uses = [.. state.Uses.Where(u => u.Lease.From < marked)];
            last = Timestamp.Later(state.LastRead, _trueTime.Now().Latest);
        }

        foreach (SchemaUse use in uses) await EndOfAsync(use, cancellation);
        await WaitOutAsync(last, cancellation);
    }

    /// <summary>Waits until a timestamp has passed everywhere.</summary>
    public async ValueTask WaitOutAsync(Timestamp at, CancellationToken cancellation)
    {
        while (true)
        {
            Timestamp earliest = _trueTime.Now().Earliest;
            if (earliest > at) return;
            await Task.Delay((at - earliest) + TimeSpan.FromMicroseconds(100), _time, cancellation);
        }
    }

    /// <summary>Drops what is known of a database.</summary>
    public void Forget(uint database)
    {
        lock (_gate) _states.Remove(database);
    }

    private async ValueTask EndOfAsync(SchemaUse use, CancellationToken cancellation)
    {
        TimeSpan left = Left(use.Lease);
        if (left <= TimeSpan.Zero || use.Ended.IsCompleted) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task expired = Task.Delay(left, _time, stop.Token);
        await Task.WhenAny(use.Ended, expired);
        stop.Cancel();
        cancellation.ThrowIfCancellationRequested();
        if (use.Ended.IsCompleted) return;
        await WaitOutAsync(use.Lease.Through, cancellation);
        lock (_gate) StateOf(use.Lease.Schema.Database.Id).Uses.Remove(use);
    }

    private DatabaseSchema? Find(uint database, Timestamp at)
    {
        lock (_gate)
        {
            LeaseState state = StateOf(database);
            if (state.Lease is not { } lease || !lease.Covers(at)) return null;
            state.LastRead = Timestamp.Later(state.LastRead, at);
            return lease.Schema;
        }
    }

    /// <summary>A lease with time left, renewed when it has grown old; null while a change is pending.</summary>
    private async ValueTask<SchemaLease?> FreshAsync(DatabaseDescriptor database, CancellationToken cancellation)
    {
        Task<SchemaLease?> renewal;
        lock (_gate)
        {
            LeaseState state = StateOf(database.Id);
            TimeSpan left = state.Lease is { } lease ? Left(lease) : TimeSpan.Zero;
            if (left > _options.LeaseFor / 2) return state.Lease;
            bool isUnderWay = state.Renewal is { IsCompleted: false };
            if (isUnderWay && left > _options.LeaseFor / 6) return state.Lease;
            if (!isUnderWay) state.Renewal = RenewAsync(database);
            renewal = state.Renewal!;
        }

        return await renewal.WaitAsync(cancellation);
    }

    private async Task<SchemaLease?> RenewAsync(DatabaseDescriptor database)
    {
        // Callers wait for it together, so it goes its way whoever of them gives up; and never under the gate.
        await Task.Yield();
        while (true)
        {
            await using ISnapshotReader reader = await _transactions.SnapshotAsync(SnapshotBound.Strong);
            Key[] keys = [CatalogKeys.Version(database.Id), CatalogKeys.PendingChange(database.Id)];
            IReadOnlyList<ReadOnlyMemory<byte>?> read = await reader.GetManyAsync(keys);
            if (read[1] is { } mark)
            {
                if (!await ChangeMarks.ClearIfLeftBehindAsync(_transactions, _trueTime, database.Id, mark)) return null;
                continue;
            }

            long version = read[0] is { } stored ? CatalogKeys.DecodeNumber(stored) : 0;
            DatabaseSchema schema = await SchemaAsync(reader, database, version);
            var lease = new SchemaLease(schema, reader.ReadTimestamp, reader.ReadTimestamp + _options.LeaseFor);
            if (Take(lease)) return lease;
        }
    }

    private async ValueTask<DatabaseSchema> SchemaAsync(ISnapshotReader reader, DatabaseDescriptor database, long version)
    {
        if (_schemas.Find(database.Id) is { } cached && cached.Version == version) return cached;
        DatabaseSchema loaded = await CatalogRecords.LoadAsync(reader, database, default);
        _schemas.Offer(loaded);
        return loaded;
    }

    private bool Take(SchemaLease lease)
    {
        lock (_gate)
        {
            LeaseState state = StateOf(lease.Schema.Database.Id);
            if (lease.From < state.Floor) return false;
            bool isSame = state.Lease is { } known && ReferenceEquals(known.Schema, lease.Schema);
            state.Lease = isSame ? lease with { From = state.Lease!.From } : lease;
            state.Uses.RemoveAll(u => Left(u.Lease) < -_options.LeaseFor);
            return true;
        }
    }

    private TimeSpan Left(SchemaLease lease) => lease.Through - _trueTime.Now().Latest;

    private LeaseState StateOf(uint database)
    {
        if (!_states.TryGetValue(database, out LeaseState? state)) _states.Add(database, state = new LeaseState());
        return state;
    }

    private sealed class LeaseState
    {
        public SchemaLease? Lease { get; set; }

        /// <summary>A lease read before this is not taken: a change was marked then.</summary>
        public Timestamp Floor { get; set; }

        /// <summary>The latest timestamp that was read at by a lease.</summary>
        public Timestamp LastRead { get; set; }

        public List<SchemaUse> Uses { get; } = [];

        public Task<SchemaLease?>? Renewal { get; set; }
    }
}
