using Lintel.Environment.TrueTime;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Locks;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Tests.Model;

/// <summary>
/// A split as its gateway sees it, without replication: one object that keeps the promises of the requests, with the
/// real lock table. A change of leader loses what leaders lose (locks, stages, entries not yet committed) and keeps
/// what the log keeps (rows, prepares, outcomes).
/// </summary>
internal sealed class ModelSplit
{
    private readonly ModelCluster _cluster;
    private readonly ITrueTime _trueTime;
    private readonly Dictionary<TransactionId, (Key Anchor, TransactionOutcome Outcome)> _outcomes = [];
    private readonly HashSet<TransactionId> _resolved = [];
    private readonly SortedDictionary<TransactionId, ModelPrepared> _prepared = [];
    private readonly SortedDictionary<TransactionId, ModelSession> _sessions = [];
    private readonly SortedDictionary<TransactionId, Timestamp> _deciding = [];
    private readonly List<ModelProposal> _proposals = [];
    private ModelRows _rows = new();
    private ModelLocks _locks = new();
    private ulong _term = 1;
    private Timestamp _lastAssigned;

    public ModelSplit(ModelCluster cluster, SplitDescriptor descriptor, ITrueTime trueTime)
    {
        (_cluster, Descriptor, _trueTime) = (cluster, descriptor, trueTime);
        NewLocks();
    }

    public SplitDescriptor Descriptor { get; private set; }

    public int SessionCount => _sessions.Count;

    public int PreparedCount => _prepared.Count;

    private LeaseSequence Lease => new(Descriptor.Split, _term);

    /// <summary>The reply, or null when the leadership ended before the request had an effect.</summary>
    public async Task<SplitReply?> HandleAsync(SplitRequest request)
    {
        if (!request.LiesIn(Descriptor.Span)) return new SplitRefusal.SplitMoved(_cluster.Around(Descriptor));
        return request switch
        {
            LockingRead r => await ReadAsync(r),
            SnapshotRead r => await ReadAsync(r),
            CommitLocal r => await DecideAsync(r.Transaction, r.Anchor, r.Mutations, r.Lease, r.StagedThrough, [], default),
            Decide r => await DecideAsync(
                r.Transaction, r.Anchor, r.Mutations, r.Lease, r.StagedThrough, r.Participants, r.MaxPrepared),
            Prepare r => await PrepareAsync(r),
            Resolve r => await ResolveAsync(r.Transaction, r.Outcome),
            AskOutcome r => await AskAsync(r),
            Stage r => await StageAsync(r),
            Release r => OnRelease(r.Transaction),
            KeepAlive r => OnKeepAlive(r.Transaction),
            _ => new SplitRefusal.Invalid("not modelled"),
        };
    }

    /// <summary>Another leader: each entry under way survives or not, as <paramref name="survives"/> says.</summary>
    public void ChangeLeader(Func<bool> survives)
    {
        _term++;
        foreach (ModelProposal proposal in _proposals.ToArray())
        {
            proposal.IsOver = true;
            if (survives()) proposal.Apply();
        }

        _proposals.Clear();
        _deciding.Clear();
        _sessions.Clear();
        ModelLocks old = _locks;
        NewLocks();
        old.Abandon();
        _lastAssigned = Timestamp.Later(_lastAssigned, _trueTime.Now().Latest);
        foreach ((TransactionId transaction, ModelPrepared prepared) in _prepared)
            _locks.Restore(transaction, prepared.At, prepared.Locked);
    }

    /// <summary>Keeps what is below the key; the rest goes to a new split. Locks that are not prepared are lost.</summary>
    public ModelSplit DivideAt(Key at, SplitId id, ITrueTime trueTime)
    {
        ChangeLeader(static () => true);
        var right = new ModelSplit(
            _cluster, new SplitDescriptor(id, 1, new KeySpan(at, Descriptor.Span.End), Descriptor.Replicas), trueTime);
        Descriptor = Descriptor with
        {
            Generation = Descriptor.Generation + 1,
            Span = new KeySpan(Descriptor.Span.Start, at),
        };
        right._rows = _rows.TakeFrom(at);
        right._lastAssigned = _lastAssigned;
        foreach (TransactionId done in _resolved) right._resolved.Add(done);
        foreach (var outcome in _outcomes.Where(o => o.Value.Anchor >= at).ToArray())
        {
            _outcomes.Remove(outcome.Key);
            right._outcomes.Add(outcome.Key, outcome.Value);
        }

        foreach ((TransactionId transaction, ModelPrepared whole) in _prepared.ToArray())
        {
            _prepared[transaction] = Part(whole, Descriptor.Span);
            right._prepared[transaction] = Part(whole, right.Descriptor.Span);
        }

        ChangeLeader(static () => true);
        right.ChangeLeader(static () => true);
        return right;
    }

    /// <summary>Drops transactions whose gateway is silent, and settles prepares that nobody decided.</summary>
    public void Sweep()
    {
        foreach ((TransactionId transaction, ModelSession session) in _sessions.ToArray())
        {
            bool silent = _cluster.Now - session.HeardAt > ModelCluster.KeepAliveFor;
            if (silent && !session.IsDeciding && !_prepared.ContainsKey(transaction)) OnRelease(transaction);
        }

        foreach ((TransactionId transaction, ModelPrepared prepared) in _prepared.ToArray())
        {
            if (_cluster.Now - prepared.Since > ModelCluster.KeepAliveFor)
                _ = _cluster.SettleAsync(this, transaction, prepared.Coordinator);
        }
    }

    private static ModelPrepared Part(ModelPrepared whole, KeySpan span) => whole with
    {
        Mutations = [.. whole.Mutations.Where(m => span.Contains(m.Key))],
        Locked = [.. whole.Locked.Select(span.Intersect).Where(s => !s.IsEmpty)],
    };

    private void NewLocks()
    {
        _locks = new ModelLocks();
        _locks.Wounded = transaction =>
        {
            if (_sessions.TryGetValue(transaction, out ModelSession? session)) session.Staged.Clear();
        };
    }

    private ModelSession Session(TransactionId transaction)
    {
        if (!_sessions.TryGetValue(transaction, out ModelSession? session))
            _sessions.Add(transaction, session = new ModelSession());
        session.HeardAt = _cluster.Now;
        return session;
    }

    // Null: granted. Otherwise the refusal, or a null reply inside when the leadership ended.
    private async Task<(bool Granted, SplitReply? Reply)> LockAsync(TransactionId transaction, KeySpan span, LockMode mode)
    {
        ulong term = _term;
        ModelSession session = Session(transaction);
        if (await _locks.AcquireAsync(transaction, span, mode))
        {
            if (term != _term) return (false, null);
            session.Locked.Add(span);
            return (true, null);
        }

        return (false, term == _term ? new SplitRefusal.Aborted(AbortReason.Wounded) : null);
    }

    private ReadOnlyMemory<byte>? Newest(TransactionId transaction, Key key) =>
        _sessions.TryGetValue(transaction, out ModelSession? session) && session.Staged.TryGetValue(key, out Mutation own)
            ? ModelRows.ValueOf(own)
            : _rows.Get(key, Timestamp.Max);

    private async Task<SplitReply?> ReadAsync(LockingRead request)
    {
        LockMode mode = request.Lock == ReadLock.Exclusive ? LockMode.Exclusive : LockMode.Shared;
        TransactionId transaction = request.Transaction;
        if (!HoldsLease(transaction, request.Lease)) return new SplitRefusal.Aborted(AbortReason.LeaseChanged);
        if (request.Target is ReadTarget.Points points)
        {
            foreach (Key key in points.Keys)
            {
                var locked = await LockAsync(transaction, KeySpan.Of(key), mode);
                if (!locked.Granted) return locked.Reply;
            }

            return new SplitReply.LockedRows(
                ReadResult.OfPoints([.. points.Keys.Select(k => Newest(transaction, k))]), Lease, ServeNow());
        }

        var rows = (ReadTarget.Rows)request.Target;
        while (true)
        {
            ReadResult page = Page(rows, key => Newest(transaction, key), transaction);
            KeySpan covered = page.Rest.IsEmpty ? rows.Span
                : rows.Descending ? new KeySpan(page.Rest.End, rows.Span.End)
                : new KeySpan(rows.Span.Start, page.Rest.Start);
            var locked = await LockAsync(transaction, covered, mode);
            if (!locked.Granted) return locked.Reply;
            ReadResult again = Page(rows, key => Newest(transaction, key), transaction);
            if (again.Rest == page.Rest) return new SplitReply.LockedRows(again, Lease, ServeNow());
        }
    }

    private async Task<SplitReply?> ReadAsync(SnapshotRead request)
    {
        ulong term = _term;
        Timestamp at = request.At;
        _lastAssigned = Timestamp.Later(_lastAssigned, at);
        while (_prepared.Values.Any(p => p.At <= at) || _deciding.Any(d => d.Value <= at))
        {
            await _cluster.DelayAsync(TimeSpan.FromMilliseconds(1));
            if (term != _term) return null;
        }

        ReadResult read = request.Target is ReadTarget.Points points
            ? ReadResult.OfPoints([.. points.Keys.Select(k => _rows.Get(k, at))])
            : Page((ReadTarget.Rows)request.Target, key => _rows.Get(key, at), default);
        return new SplitReply.SnapshotRows(read, at);
    }

    private ReadResult Page(ReadTarget.Rows rows, Func<Key, ReadOnlyMemory<byte>?> valueOf, TransactionId transaction)
    {
        int limit = rows.RowLimit > 0 ? Math.Min(rows.RowLimit, ModelCluster.PageRowsMax) : ModelCluster.PageRowsMax;
        var keys = new SortedSet<Key>(_rows.Keys(rows.Span));
        if (_sessions.TryGetValue(transaction, out ModelSession? session))
            keys.UnionWith(session.Staged.Keys.Where(rows.Span.Contains));
        var found = new List<ReadRow>();
        foreach (Key key in rows.Descending ? keys.Reverse() : keys)
        {
            if (valueOf(key) is not { } value) continue;
            found.Add(new ReadRow(key, value));
            if (found.Count < limit) continue;
            KeySpan rest = rows.Descending ? new KeySpan(rows.Span.Start, key) : new KeySpan(key.Next(), rows.Span.End);
            return ReadResult.OfRows(found, rest.IsEmpty ? default : rest);
        }

        return ReadResult.OfRows(found, default);
    }

    private async Task<SplitReply?> StageAsync(Stage request)
    {
        if (!HoldsLease(request.Transaction, request.Lease)) return new SplitRefusal.Aborted(AbortReason.LeaseChanged);
        ModelSession session = Session(request.Transaction);
        if (request.Sequence <= session.StagedThrough) return new SplitReply.Staged(Lease);
        if (request.Sequence != session.StagedThrough + 1) return new SplitRefusal.Aborted(AbortReason.Expired);
        if (await LockWritesAsync(request.Transaction, request.Mutations) is { Granted: false } refused) return refused.Reply;
        if (FindDuplicate(request.Transaction, request.Mutations) is { } duplicate) return duplicate;
        ulong term = _term;
        await _cluster.DelayAsync(_cluster.ReplicationTime());
        if (term != _term) return null;
        if (_locks.StandingOf(request.Transaction) == LockStanding.Wounded) return new SplitRefusal.Aborted(AbortReason.Wounded);
        foreach (Mutation mutation in request.Mutations) session.Staged[mutation.Key] = mutation;
        session.StagedThrough = Math.Max(session.StagedThrough, request.Sequence);
        return new SplitReply.Staged(Lease);
    }

    private Timestamp ServeNow()
    {
        Timestamp now = _trueTime.Now().Latest;
        _lastAssigned = Timestamp.Later(_lastAssigned, now);
        return now;
    }

    private bool HoldsLease(TransactionId transaction, LeaseSequence lease) =>
        lease.IsNone || (lease == Lease && _sessions.ContainsKey(transaction));

    private async Task<(bool Granted, SplitReply? Reply)> LockWritesAsync(
        TransactionId transaction, IReadOnlyList<Mutation> mutations)
    {
        foreach (Mutation mutation in mutations)
        {
            var locked = await LockAsync(transaction, KeySpan.Of(mutation.Key), LockMode.Exclusive);
            if (!locked.Granted) return locked;
        }

        return (true, null);
    }

    private SplitRefusal.AlreadyExists? FindDuplicate(TransactionId transaction, IReadOnlyList<Mutation> mutations)
    {
        foreach (Mutation mutation in mutations)
        {
            if (mutation.Kind == MutationKind.Insert && Newest(transaction, mutation.Key) is not null)
                return new SplitRefusal.AlreadyExists(mutation.Key);
        }

        return null;
    }

    // Locks, checks and gathers what is written here; null when all is well.
    private async Task<(bool Ready, SplitReply? Reply, List<Mutation> Writes)> GatherAsync(
        TransactionId transaction, IReadOnlyList<Mutation> mutations, LeaseSequence lease, long stagedThrough)
    {
        if (!HoldsLease(transaction, lease)) return (false, new SplitRefusal.Aborted(AbortReason.LeaseChanged), []);
        ModelSession session = Session(transaction);
        if (session.StagedThrough != stagedThrough) return (false, new SplitRefusal.Aborted(AbortReason.Expired), []);
        var locked = await LockWritesAsync(transaction, mutations);
        if (!locked.Granted) return (false, locked.Reply, []);
        if (FindDuplicate(transaction, mutations) is { } duplicate)
        {
            OnRelease(transaction);
            return (false, duplicate, []);
        }

        var writes = new SortedDictionary<Key, Mutation>(session.Staged);
        foreach (Mutation mutation in mutations) writes[mutation.Key] = mutation;
        return (true, null, [.. writes.Values]);
    }

    private async Task<SplitReply?> PrepareAsync(Prepare request)
    {
        TransactionId transaction = request.Transaction;
        if (_prepared.TryGetValue(transaction, out ModelPrepared? already)) return new SplitReply.Prepared(already.At);
        if (_resolved.Contains(transaction)) return new SplitRefusal.Aborted(AbortReason.OutcomeExists);
        var gathered = await GatherAsync(transaction, request.Mutations, request.Lease, request.StagedThrough);
        if (!gathered.Ready) return gathered.Reply;
        if (_prepared.TryGetValue(transaction, out already)) return new SplitReply.Prepared(already.At);
        if (_resolved.Contains(transaction)) return new SplitRefusal.Aborted(AbortReason.OutcomeExists);
        Timestamp at = Assign(Timestamp.Zero);
        if (!_locks.MarkPrepared(transaction, at)) return new SplitRefusal.Aborted(AbortReason.Wounded);
        ModelSession session = Session(transaction);
        var record = new ModelPrepared(at, gathered.Writes, request.Coordinator, [.. session.Locked], _cluster.Now);
        session.IsDeciding = true;
        _deciding[transaction] = at;
        bool isLogged = await ProposeAsync(() =>
        {
            _deciding.Remove(transaction);
            if (!_resolved.Contains(transaction)) _prepared.TryAdd(transaction, record);
        });
        if (!isLogged) return new SplitRefusal.Unavailable("the leader changed", Ambiguous: true);
        return _prepared.ContainsKey(transaction)
            ? new SplitReply.Prepared(at)
            : new SplitRefusal.Aborted(AbortReason.OutcomeExists);
    }

    private async Task<SplitReply?> DecideAsync(
        TransactionId transaction,
        Key anchor,
        IReadOnlyList<Mutation> mutations,
        LeaseSequence lease,
        long stagedThrough,
        IReadOnlyList<KeySpan> participants,
        Timestamp maxPrepared)
    {
        if (Recorded(transaction) is { } known) return known;
        var gathered = await GatherAsync(transaction, mutations, lease, stagedThrough);
        if (!gathered.Ready) return gathered.Reply;
        if (Recorded(transaction) is { } decided) return decided;
        Timestamp at = Assign(maxPrepared);
        if (!_locks.MarkPrepared(transaction, at)) return new SplitRefusal.Aborted(AbortReason.Wounded);
        Session(transaction).IsDeciding = true;
        _deciding[transaction] = at;
        bool isLogged = await ProposeAsync(() =>
        {
            _deciding.Remove(transaction);
            if (_outcomes.ContainsKey(transaction)) return;
            _outcomes.Add(transaction, (anchor, TransactionOutcome.Committed(at)));
            _rows.Apply(gathered.Writes, at);
            _cluster.OnCommitted(transaction, at, participants);
        });
        if (!isLogged) return new SplitRefusal.Unavailable("the leader changed", Ambiguous: true);
        ulong term = _term;
        while (!_trueTime.Now().IsAfter(at)) await _cluster.DelayAsync(TimeSpan.FromMilliseconds(0.2));
        if (term == _term) OnRelease(transaction);
        return Recorded(transaction)!;
    }

    private SplitReply? Recorded(TransactionId transaction)
    {
        if (!_outcomes.TryGetValue(transaction, out var record)) return null;
        return record.Outcome.Kind == OutcomeKind.Committed
            ? new SplitReply.Committed(record.Outcome.At)
            : new SplitRefusal.Aborted(AbortReason.OutcomeExists);
    }

    private async Task<SplitReply?> AskAsync(AskOutcome request)
    {
        ulong term = _term;
        while (true)
        {
            if (term != _term) return null;
            if (_outcomes.TryGetValue(request.Transaction, out var record)) return new SplitReply.Outcome(record.Outcome);
            if (!_deciding.ContainsKey(request.Transaction)) break;
            await _cluster.DelayAsync(TimeSpan.FromMilliseconds(1));
        }

        if (!request.MayAbort) return new SplitReply.Outcome(TransactionOutcome.Unknown);
        bool isLogged = await ProposeAsync(() =>
            _outcomes.TryAdd(request.Transaction, (request.Anchor, TransactionOutcome.Aborted)));
        if (!isLogged) return null;
        TransactionOutcome outcome = _outcomes[request.Transaction].Outcome;
        if (outcome.Kind == OutcomeKind.Aborted) OnRelease(request.Transaction);
        return new SplitReply.Outcome(outcome);
    }

    private async Task<SplitReply?> ResolveAsync(TransactionId transaction, TransactionOutcome outcome)
    {
        if (!_prepared.ContainsKey(transaction) && !_deciding.ContainsKey(transaction))
        {
            if (outcome.Kind == OutcomeKind.Aborted) OnRelease(transaction);
            return SplitReply.Done.Instance;
        }

        bool isLogged = await ProposeAsync(() => Settle(transaction, outcome));
        return isLogged ? SplitReply.Done.Instance : null;
    }

    private void Settle(TransactionId transaction, TransactionOutcome outcome)
    {
        _resolved.Add(transaction);
        if (_prepared.Remove(transaction, out ModelPrepared? prepared) && outcome.Kind == OutcomeKind.Committed)
        {
            if (outcome.At < prepared.At) throw new InvalidOperationException($"{transaction} commits below its prepare");
            _rows.Apply(prepared.Mutations, outcome.At);
        }

        _sessions.Remove(transaction);
        _locks.Release(transaction);
    }

    private SplitReply.Done OnRelease(TransactionId transaction)
    {
        if (_prepared.ContainsKey(transaction) || _deciding.ContainsKey(transaction)) return SplitReply.Done.Instance;
        _sessions.Remove(transaction);
        _locks.Release(transaction);
        return SplitReply.Done.Instance;
    }

    private SplitReply.KeptAlive OnKeepAlive(TransactionId transaction)
    {
        if (_sessions.TryGetValue(transaction, out ModelSession? session)) session.HeardAt = _cluster.Now;
        TransactionStanding standing = _locks.StandingOf(transaction) switch
        {
            LockStanding.Wounded => TransactionStanding.Wounded,
            LockStanding.Active or LockStanding.Prepared => TransactionStanding.Alive,
            _ => TransactionStanding.Unknown,
        };
        return new SplitReply.KeptAlive(standing, Lease, ServeNow());
    }

    private Timestamp Assign(Timestamp atLeast)
    {
        _lastAssigned = Timestamp.Later(_lastAssigned.Next(), Timestamp.Later(atLeast, _trueTime.Now().Latest));
        return _lastAssigned;
    }

    // Whether the entry was applied under this leadership. When not, it may have been applied by the next.
    private async Task<bool> ProposeAsync(Action apply)
    {
        var proposal = new ModelProposal(apply);
        _proposals.Add(proposal);
        await _cluster.DelayAsync(_cluster.ReplicationTime());
        if (proposal.IsOver) return false;
        proposal.IsOver = true;
        _proposals.Remove(proposal);
        apply();
        return true;
    }
}
