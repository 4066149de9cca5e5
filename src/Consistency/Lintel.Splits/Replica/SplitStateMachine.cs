using System.IO.Hashing;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>
/// Applies the log of one split. Deterministic: what it does follows from the applied state and the entry alone, so
/// replicas that applied the same entries hold the same bytes (S02, shown by the rolling checksum).
/// </summary>
/// <remarks>
/// S01: entries are applied in order, each once. S02: see above. S03: a commit or prepare timestamp in the log is
/// above everything closed before it. S04: an outcome, once recorded, never changes. S05: a transaction commits at or
/// above each of its prepare timestamps.
/// </remarks>
public sealed class SplitStateMachine
{
    private readonly IOrderedStore _store;
    private readonly SortedDictionary<TransactionId, PendingTransaction> _pending = [];

    // Outcomes put into a batch that is not written yet; looked at before the store.
    private readonly Dictionary<(Key Anchor, TransactionId Transaction), OutcomeRecord> _fresh = [];

    /// <summary>Opens the applied state found in the store.</summary>
    public SplitStateMachine(IOrderedStore store, SplitState state)
    {
        _store = store;
        State = state;
        LoadPending();
    }

    /// <summary>What has been applied.</summary>
    public SplitState State { get; private set; }

    /// <summary>Whether the replica has left this store; its state is no longer written.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Transactions that are undecided or still moving here, oldest first.</summary>
    public IReadOnlyDictionary<TransactionId, PendingTransaction> Pending => _pending;

    /// <summary>Outcomes of this replica with participants that may not know them yet, as (anchor, transaction).</summary>
    public SortedDictionary<TransactionId, Key> Unresolved { get; } = [];

    /// <summary>Whether the state goes with the batch being collected. Kept by <see cref="ApplyBatch"/>.</summary>
    internal bool IsInBatch { get; set; }

    /// <summary>The smallest timestamp that a pending transaction may still write at, or null.</summary>
    public Timestamp? EarliestPending
    {
        get
        {
            Timestamp? earliest = null;
            foreach (PendingTransaction pending in _pending.Values)
            {
                if (pending.HoldsBackSafeTime && (earliest is null || pending.At < earliest)) earliest = pending.At;
            }

            return earliest;
        }
    }

    /// <summary>The outcome record of a transaction, or null.</summary>
    public OutcomeRecord? FindOutcome(Key anchor, TransactionId transaction)
    {
        if (_fresh.TryGetValue((anchor, transaction), out OutcomeRecord? fresh)) return fresh;
        return _store.Get(LocalKeys.Outcome(anchor, transaction)) is { } stored ? OutcomeRecord.Decode(stored) : null;
    }

    /// <summary>Applies one entry. For a change of configuration, <paramref name="configuration"/> is what it led to.</summary>
    public AppliedResult Apply(in LogEntry entry, ApplyBatch batch, GroupConfiguration? configuration = null)
    {
        Invariant.Require("S01", entry.Index == State.Applied.Next(), "entries are applied in order");
        int before = batch.Changes.Changes.Count;
        OrderedBatch changes = batch.Changes;
        AppliedResult result = AppliedResult.Done.Instance;
        if (configuration is not null) Reconfigure(configuration);
        else if (entry.Kind == EntryKind.Normal) result = Apply(CommandCodec.Decode(entry.Data), batch);

        if (!ReferenceEquals(changes, batch.Changes)) before = 0;
        ulong checksum = Roll(State.Checksum, entry, batch.Changes, before);
        State = State with { Applied = entry.Index, AppliedTerm = entry.Term, Checksum = checksum };
        batch.Touch(this);
        return result;
    }

    /// <summary>Forgets what is only needed until a batch is written.</summary>
    public void OnWrittenOut() => _fresh.Clear();

    private AppliedResult Apply(SplitCommand command, ApplyBatch batch)
    {
        if (command.Divisions != State.Divisions) return AppliedResult.Moved.Instance;
        AppliedResult result = command switch
        {
            DecideCommand c => Decide(c, batch),
            PrepareCommand c => Prepare(c, batch),
            ResolveCommand c => Resolve(c, batch),
            StageCommand c => Stage(c, batch),
            MoveStagedCommand c => MoveStaged(c, batch),
            ResolvedCommand c => Resolved(c, batch),
            DivideCommand c => Divide(c, batch),
            FloorCommand c => Raise(c),
            CollectCommand c => Collect(c, batch),
            _ => throw new System.Diagnostics.UnreachableException(command.GetType().Name),
        };
        State = State with { Closed = Timestamp.Later(State.Closed, command.Closed) };
        return result;
    }

    private AppliedResult Decide(DecideCommand command, ApplyBatch batch)
    {
        if (FindOutcome(command.Anchor, command.Transaction) is { } earlier) return new AppliedResult.Decided(earlier.Outcome);
        var record = new OutcomeRecord(command.Outcome, command.Written, command.Participants);
        PutOutcome(command.Anchor, command.Transaction, record, batch);
        _pending.TryGetValue(command.Transaction, out PendingTransaction? pending);
        if (command.Outcome.Kind == OutcomeKind.Committed)
        {
            Timestamp at = command.Outcome.At;
            RequireAbove(at);
            State = State with { Floor = Timestamp.Later(State.Floor, at) };
            Write(command.Mutations, at, batch);
            if (command.WithStaged && pending is not null)
            {
                Unstage(pending, command.Mutations, batch);
                Put(pending with { Phase = PendingPhase.Moving, At = at, Exclusive = Own(command.Exclusive), Shared = [] }, batch);
            }
        }

        return AppliedResult.Done.Instance;
    }

    private AppliedResult Prepare(PrepareCommand command, ApplyBatch batch)
    {
        _pending.TryGetValue(command.Transaction, out PendingTransaction? staged);
        if (staged is { Phase: not PendingPhase.Staging }) return AppliedResult.Done.Instance;
        RequireAbove(command.At);
        if (staged is not null) Unstage(staged, command.Mutations, batch);
        State = State with { Floor = Timestamp.Later(State.Floor, command.At) };
        Put(
            new PendingTransaction(
                command.Transaction, PendingPhase.Prepared, Key.Copy(command.Coordinator.Span), command.At,
                Own(command.Mutations), staged?.StagedThrough ?? 0, staged?.StagedHull ?? default,
                Own(command.Exclusive), Own(command.Shared)),
            batch);
        return AppliedResult.Done.Instance;
    }

    // The floor holds every timestamp in the log and every one that a leader served before it handed over.
    private void RequireAbove(Timestamp at) => Invariant.Require(
        "S03", at > Timestamp.Later(State.Closed, State.Floor), "timestamps in the log grow, whoever leads");

    private AppliedResult Resolve(ResolveCommand command, ApplyBatch batch)
    {
        if (!_pending.TryGetValue(command.Transaction, out PendingTransaction? pending)
            || pending.Phase != PendingPhase.Prepared)
            return AppliedResult.Done.Instance;
        if (command.Outcome.Kind == OutcomeKind.Aborted)
        {
            if (pending.StagedThrough == 0) Remove(pending, batch);
            else Put(pending with { Phase = PendingPhase.Staging, Writes = [] }, batch);
            return AppliedResult.Done.Instance;
        }

        Timestamp at = command.Outcome.At;
        if (at < pending.At)
        {
            // The decision was above the prepare it counted, so this is a late repetition of that prepare, logged after its
            // transaction was resolved here (S05): it holds nothing that was not written then.
            Remove(pending, batch);
            return AppliedResult.Done.Instance;
        }

        State = State with { Floor = Timestamp.Later(State.Floor, at) };
        Write(pending.Writes, at, batch);
        if (pending.StagedThrough == 0) Remove(pending, batch);
        else Put(pending with { Phase = PendingPhase.Moving, At = at, Writes = [], Shared = [] }, batch);
        return AppliedResult.Done.Instance;
    }

    private AppliedResult Stage(StageCommand command, ApplyBatch batch)
    {
        _pending.TryGetValue(command.Transaction, out PendingTransaction? known);
        if (known is { Phase: not PendingPhase.Staging } || command.Sequence <= (known?.StagedThrough ?? 0))
            return AppliedResult.Done.Instance;
        KeySpan hull = known?.StagedHull ?? default;
        foreach (Mutation mutation in command.Mutations)
        {
            batch.Changes.Put(LocalKeys.Staged(mutation.Key, command.Transaction), StagedWrite.Encode(mutation));
            hull = StagedWrite.Extend(hull, mutation.Key);
        }

        Put(
            new PendingTransaction(
                command.Transaction, PendingPhase.Staging, Key.Min, Timestamp.Zero, [], command.Sequence, hull, [], []),
            batch);
        return AppliedResult.Done.Instance;
    }

    private AppliedResult MoveStaged(MoveStagedCommand command, ApplyBatch batch)
    {
        if (!_pending.TryGetValue(command.Transaction, out PendingTransaction? pending))
            return AppliedResult.NothingLeft.Instance;
        PendingPhase expected = command.Drop ? PendingPhase.Staging : PendingPhase.Moving;
        if (pending.Phase != expected) return AppliedResult.NothingLeft.Instance;
        batch.WriteOut();
        using IOrderedView view = _store.View();
        Key? rest = StagedWrite.Step(view, pending, command.RowsMax, (mutation, stored) =>
        {
            if (!command.Drop) Write([mutation], pending.At, batch);
            batch.Changes.Delete(stored);
        });
        if (rest is null)
        {
            Remove(pending, batch);
            return AppliedResult.NothingLeft.Instance;
        }

        Put(pending with { StagedHull = new KeySpan(rest.Value, pending.StagedHull.End) }, batch);
        return AppliedResult.Done.Instance;
    }

    private AppliedResult Resolved(ResolvedCommand command, ApplyBatch batch)
    {
        if (FindOutcome(command.Anchor, command.Transaction) is { } record)
            PutOutcome(command.Anchor, command.Transaction, record with { Unresolved = [] }, batch);
        return AppliedResult.Done.Instance;
    }

    private AppliedResult Raise(FloorCommand command)
    {
        State = State with { Floor = Timestamp.Later(State.Floor, command.Floor) };
        return AppliedResult.Done.Instance;
    }

    private AppliedResult Divide(DivideCommand command, ApplyBatch batch)
    {
        SplitDescriptor whole = State.Descriptor;
        if (!whole.Span.Contains(command.At) || command.At == whole.Span.Start) return AppliedResult.Moved.Instance;
        Key at = Key.Copy(command.At.Span);
        var leftSpan = new KeySpan(whole.Span.Start, at);
        var rightSpan = new KeySpan(at, whole.Span.End);
        State = State with { Floor = Timestamp.Later(State.Floor, command.Floor) };
        SplitState right = State with
        {
            Descriptor = whole with { Split = command.Right, Generation = whole.Generation + 1, Span = rightSpan },
            Divisions = State.Divisions + 1,
            Applied = SplitState.BirthIndex,
            AppliedTerm = SplitState.BirthTerm,
            Checksum = command.Right.Value,
            Bytes = Math.Max(0, State.Bytes - command.LeftBytes),
        };
        State = State with
        {
            Descriptor = whole with { Generation = whole.Generation + 1, Span = leftSpan },
            Divisions = State.Divisions + 1,
            Bytes = State.Bytes - right.Bytes,
        };
        batch.Changes.Put(LocalKeys.State(command.Right), right.Encode());
        foreach (PendingTransaction pending in new List<PendingTransaction>(_pending.Values))
        {
            PendingTransaction rightPart = pending.Within(rightSpan);
            batch.Changes.Put(LocalKeys.Pending(command.Right, pending.Id), rightPart.Encode());
            Put(pending.Within(leftSpan), batch);
        }

        foreach ((TransactionId transaction, Key anchor) in new List<KeyValuePair<TransactionId, Key>>(Unresolved))
        {
            if (rightSpan.Contains(anchor)) Unresolved.Remove(transaction);
        }

        return new AppliedResult.Divided(State, right);
    }

    private AppliedResult Collect(CollectCommand command, ApplyBatch batch)
    {
        batch.WriteOut();
        Timestamp horizon = Timestamp.Later(State.Horizon, command.Horizon);
        var span = new KeySpan(command.From, State.Descriptor.Span.End).Intersect(State.Descriptor.Span);
        using IOrderedView view = _store.View();
        CollectionStep step = VersionCollector.Step(view, span, horizon, command.VersionsMax);
        long bytes = 0;
        foreach (OrderedChange change in step.Removals.Changes)
        {
            if (change.Kind == OrderedChangeKind.DeleteSpan) batch.Changes.DeleteSpan(change.Key, change.Value);
            else batch.Changes.Delete(change.Key);
            bytes += change.Key.Length;
        }

        Key end = step.Rest?.Start ?? span.End;
        OutcomeCollector.Collect(view, new KeySpan(span.Start, end), horizon, batch.Changes);
        State = State with { Horizon = horizon, Bytes = Math.Max(0, State.Bytes - bytes) };
        return new AppliedResult.Collected(step.Rest is null ? null : Key.Copy(end.Span));
    }

    private void Reconfigure(GroupConfiguration configuration)
    {
        if (configuration == State.Configuration) return;
        State = State with
        {
            Configuration = configuration,
            Descriptor = State.Descriptor with
            {
                Generation = State.Descriptor.Generation + 1,
                Replicas = SplitState.PlacesOf(configuration),
            },
        };
    }

    private void Write(IReadOnlyList<Mutation> mutations, Timestamp at, ApplyBatch batch)
    {
        var writer = new MvccWriter(batch.Changes, at);
        long bytes = 0;
        for (int i = 0; i < mutations.Count; i++)
        {
            Mutation mutation = mutations[i];
            if (mutation.Kind == MutationKind.Delete) writer.Delete(mutation.Key);
            else writer.Put(mutation.Key, mutation.Value.Span);
            bytes += mutation.Key.Length + mutation.Value.Length + VersionKey.TimestampBytes;
        }

        State = State with { Bytes = State.Bytes + bytes };
    }

    // A write that comes with the commit replaces what was staged for its key before.
    private static void Unstage(PendingTransaction staged, IReadOnlyList<Mutation> mutations, ApplyBatch batch)
    {
        foreach (Mutation mutation in mutations) batch.Changes.Delete(LocalKeys.Staged(mutation.Key, staged.Id));
    }

    private void PutOutcome(Key anchor, TransactionId transaction, OutcomeRecord record, ApplyBatch batch)
    {
        Key own = Key.Copy(anchor.Span);
        OutcomeRecord kept = record with { Unresolved = Own(record.Unresolved) };
        batch.Changes.Put(LocalKeys.Outcome(own, transaction), record.Encode());
        _fresh[(own, transaction)] = kept;
        if (record.Unresolved.Count > 0)
        {
            Unresolved[transaction] = own;
            batch.Changes.Put(LocalKeys.Unresolved(own, transaction), default);
        }
        else if (Unresolved.Remove(transaction))
        {
            batch.Changes.Delete(LocalKeys.Unresolved(own, transaction));
        }
    }

    private void Put(PendingTransaction pending, ApplyBatch batch)
    {
        _pending[pending.Id] = pending;
        batch.Changes.Put(LocalKeys.Pending(State.Descriptor.Split, pending.Id), pending.Encode());
    }

    private void Remove(PendingTransaction pending, ApplyBatch batch)
    {
        _pending.Remove(pending.Id);
        batch.Changes.Delete(LocalKeys.Pending(State.Descriptor.Split, pending.Id));
    }

    private void LoadPending()
    {
        using IOrderedView view = _store.View();
        (byte[] start, byte[] end) = LocalKeys.PendingBounds(State.Descriptor.Split);
        using (IOrderedCursor cursor = view.Cursor(start, end))
        {
            for (bool more = cursor.Seek(start); more; more = cursor.Next())
            {
                PendingTransaction pending = PendingTransaction.Decode(cursor.Value.ToArray());
                _pending[pending.Id] = pending;
            }
        }

        (start, end) = LocalKeys.Bounds(LocalKeys.UnresolvedPrefix, State.Descriptor.Span);
        using IOrderedCursor outcomes = view.Cursor(start, end);
        for (bool more = outcomes.Seek(start); more; more = outcomes.Next())
            Unresolved[LocalKeys.TransactionOf(outcomes.Key)] = LocalKeys.UserKeyOf(outcomes.Key);
    }

    private static ulong Roll(ulong checksum, in LogEntry entry, OrderedBatch changes, int from)
    {
        ulong rolled = checksum * 0x9E3779B97F4A7C15 + entry.Index.Value + (entry.Term.Value << 40);
        for (int i = from; i < changes.Changes.Count; i++)
        {
            OrderedChange change = changes.Changes[i];
            rolled = XxHash3.HashToUInt64(change.Key.Span, (long)rolled);
            rolled = XxHash3.HashToUInt64(change.Value.Span, (long)rolled);
        }

        return rolled;
    }

    private static List<KeySpan> Own(IReadOnlyList<KeySpan> spans)
    {
        var own = new List<KeySpan>(spans.Count);
        foreach (KeySpan span in spans) own.Add(new KeySpan(Key.Copy(span.Start.Span), Key.Copy(span.End.Span)));
        return own;
    }

    private static List<Mutation> Own(IReadOnlyList<Mutation> mutations)
    {
        var own = new List<Mutation>(mutations.Count);
        foreach (Mutation m in mutations) own.Add(new Mutation(Key.Copy(m.Key.Span), m.Kind, m.Value.ToArray()));
        return own;
    }
}
