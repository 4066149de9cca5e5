using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Transactions.Api;
using Lintel.Transactions.Coordinator;
using Lintel.Transactions.Writes;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// A read-write transaction as its gateway runs it: reads take locks at the leaseholders, writes stay here until the
/// commit (or until there are many: then they are staged), the commit is one round trip or two-phase.
///
/// The buffer belongs to the caller, who is one at a time; everything that talks to splits runs on the store's context.
/// The keep-alive may doom the transaction there at any moment; the caller meets the doom at its next call.
/// </summary>
internal sealed class GatewayTransaction : ITransaction
{
    private readonly GatewayServices _services;
    private readonly WriteBuffer _writes = new();
    private readonly Doom _doom;
    private readonly ParticipantSet _participants;
    private readonly LockingReads _reads;
    private readonly WriteStaging _staging;
    private Phase _phase = Phase.Open;

    /// <summary>An open transaction; the caller admits it.</summary>
    public GatewayTransaction(GatewayServices services, TransactionId id)
    {
        _services = services;
        Id = id;
        _doom = new Doom(ReleaseEverywhere);
        _participants = new ParticipantSet(services.Environment.Time);
        _reads = new LockingReads(id, _participants, services.Sender, services.Environment.Time, _doom);
        _staging = new WriteStaging(
            id, _participants, services.Sender, services.Environment.Time, services.Limits, _doom);
    }

    private enum Phase
    {
        Open,
        Committing,
        Ended,
    }

    /// <inheritdoc/>
    public TransactionId Id { get; }

    /// <inheritdoc/>
    public Key? Anchor { get; private set; }

    /// <inheritdoc/>
    public Timestamp? NotAfter { get; set; }

    // Then nothing of it is at any split, and it ends where its caller is. (Nobody else sends for it: a keep-alive goes
    // only to participants.)
    private bool HasTouchedNothing =>
        _phase == Phase.Open && _doom.Error is null && _participants.Count == 0 && _writes.Count == 0
        && _staging.FirstKey is null;

    /// <summary>Whether the commit has begun, so that only the coordinator split can say how it ends.</summary>
    public bool IsCommitting => _phase == Phase.Committing;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(
        Key key, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        RequireOpen();
        if (_writes.TryRead(key, out ReadOnlyMemory<byte>? own)) return own;
        await _services.EnterAsync();
        await _staging.SettleAsync();
        return await _services.Reads.PointAsync(key, _reads.Asking(strength), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
        IReadOnlyList<Key> keys, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        RequireOpen();
        var values = new ReadOnlyMemory<byte>?[keys.Count];
        var asked = new List<Key>(keys.Count);
        var places = new List<int>(keys.Count);
        for (int i = 0; i < values.Length; i++)
        {
            if (_writes.TryRead(keys[i], out values[i])) continue;
            asked.Add(keys[i]);
            places.Add(i);
        }

        if (asked.Count == 0) return values;
        await _services.EnterAsync();
        await _staging.SettleAsync();
        ReadOnlyMemory<byte>?[] stored = await _services.Reads.PointsAsync(asked, _reads.Asking(strength), cancellation);
        for (int i = 0; i < stored.Length; i++) values[places[i]] = stored[i];
        return values;
    }

    /// <inheritdoc/>
    public async ValueTask<ScanPage> ScanAsync(KeySpan span, ScanOptions options, CancellationToken cancellation = default)
    {
        RequireOpen();
        await _services.EnterAsync();
        await _staging.SettleAsync();
        AskSplit ask = _reads.Asking(options.Strength);
        while (!span.IsEmpty)
        {
            ReadPage read = await _services.Reads.RowsAsync(span, options.RowLimit, options.Descending, ask, cancellation);
            ScanPage page = _writes.Overlay(span, read.Covered, read.Rows, options.RowLimit, options.Descending);
            if (page.Rows.Count > 0 || page.IsLast) return page;
            span = page.Rest;
        }

        return new ScanPage([], default);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(Key key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        RequireOpen();
        _writes.Put(key, value);
        return StageWhenLargeAsync();
    }

    /// <inheritdoc/>
    public ValueTask InsertAsync(Key key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        RequireOpen();
        return _writes.TryInsert(key, value) ? StageWhenLargeAsync() : FailDuplicateAsync(key);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(Key key, CancellationToken cancellation = default)
    {
        RequireOpen();
        if (_writes.IsUncheckedInsert(key))
        {
            // The removal replaces the insert and with it the check, which is therefore made now, under a lock.
            await _services.EnterAsync();
            await _staging.SettleAsync();
            var stored = await _services.Reads.PointAsync(key, _reads.Asking(LockStrength.Exclusive), cancellation);
            if (stored is not null) await FailDuplicateAsync(key);
        }

        _writes.Delete(key);
        await StageWhenLargeAsync();
    }

    /// <inheritdoc/>
    public WriteMark Mark() => _writes.Mark();

    /// <inheritdoc/>
    public async ValueTask RollbackToAsync(WriteMark mark, CancellationToken cancellation = default)
    {
        RequireOpen();
        _writes.RequireOwn(mark);
        if (mark.Sequence >= _writes.DrainedBelow)
        {
            _writes.RollbackTo(mark);
            return;
        }

        await FailAsync(new LintelError(
            ErrorCode.NotSupported, "a large transaction cannot go back to a savepoint",
            "writes made since then were staged at their splits already",
            "roll the transaction back, or use smaller ones"));
    }

    /// <inheritdoc/>
    public async ValueTask<Timestamp> CommitAsync(CancellationToken cancellation = default)
    {
        RequireOpen();
        cancellation.ThrowIfCancellationRequested();
        if (HasTouchedNothing) return CommitNothing();
        await _services.EnterAsync();
        await _staging.SettleAsync();
        bool hasWritten = _writes.Count > 0 || _staging.FirstKey is not null;
        if (!hasWritten) return await CommitReadsAsync(cancellation);
        long began = _services.Environment.Time.GetTimestamp();
        Timestamp committed = await CommitWritesAsync(cancellation);
        _services.Commits.Record(_services.Environment.Time.GetElapsedTime(began));
        return committed;
    }

    /// <inheritdoc/>
    public async ValueTask RollbackAsync()
    {
        if (_phase == Phase.Ended) return;
        if (HasTouchedNothing)
        {
            End(new RememberedFate(new CommitFate(CommitFateKind.Aborted, default), default));
            return;
        }

        await _services.EnterAsync();
        if (_phase != Phase.Open) return;
        EndFailed(new LintelError(ErrorCode.FailedPrecondition, $"transaction {Id} was rolled back"), default);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RollbackAsync();
        _doom.Dispose();
    }

    /// <summary>Ends an open transaction from outside: somebody asked for its fate. On the store's context.</summary>
    public void Abandon()
    {
        if (_phase != Phase.Open) return;
        EndFailed(new SplitRefusal.Aborted(AbortReason.OutcomeExists).ToError(), default);
    }

    /// <summary>Shows the transaction at every split it holds something at and has not talked to for a while.</summary>
    public void KeepAlive()
    {
        if (_phase == Phase.Ended || _doom.Error is not null) return;
        foreach (Participant participant in _participants.All)
        {
            TimeSpan silent = _services.Environment.Time.GetElapsedTime(participant.HeardAt);
            if (!participant.IsAsked && silent >= _services.Limits.KeepAliveEvery)
                Unawaited.Start(KeepAliveAsync(participant), _services.Environment.Context);
        }
    }

    private async Task KeepAliveAsync(Participant participant)
    {
        participant.IsAsked = true;
        SplitReply? reply = null;
        try
        {
            reply = await _services.Sender.Router.SendAsync(new KeepAlive(participant.Descriptor.Address, Id));
        }
        catch (LintelException)
        {
            // Not reached: the next round tries again, and the split's own time-out rules meanwhile.
        }

        participant.IsAsked = false;
        if (reply is not SplitReply.KeptAlive alive) return;
        participant.HeardAt = _services.Environment.Time.GetTimestamp();
        if (_phase != Phase.Open) return;
        if (alive.Standing == TransactionStanding.Wounded)
            _doom.Set(new SplitRefusal.Aborted(AbortReason.Wounded).ToError());
        else if (participant.IsBound && !participant.IsHeldBy(alive))
            _doom.Set(new SplitRefusal.Aborted(AbortReason.LeaseChanged).ToError());
    }

    private ValueTask StageWhenLargeAsync()
    {
        if (_writes.Bytes < _services.Limits.StageBytes && _writes.Count < _services.Limits.StageWrites)
            return ValueTask.CompletedTask;
        return StageAsync();
    }

    private async ValueTask StageAsync()
    {
        await _services.EnterAsync();
        await _staging.BeginAsync(_writes);
    }

    private ValueTask FailDuplicateAsync(Key key) => FailAsync(new SplitRefusal.AlreadyExists(key).ToError());

    private async ValueTask FailAsync(LintelError error)
    {
        await _services.EnterAsync();
        _doom.Set(error);
        _doom.ThrowIfSet();
    }

    private async ValueTask<Timestamp> CommitWritesAsync(CancellationToken cancellation)
    {
        IReadOnlyList<Mutation> mutations = _writes.ToMutations();
        Key anchor = _staging.FirstKey ?? _writes.FirstWritten()!.Value;
        List<CommitPart>? parts =
            await CommitParts.OfAsync(_services.Sender.Router, mutations, _participants, anchor, cancellation);
        if (parts is { Count: > 1 } && await LockWritesAsync(mutations, cancellation))
            parts = await CommitParts.OfAsync(_services.Sender.Router, mutations, _participants, anchor, cancellation);
        if (parts is null) throw _doom.Because(new SplitRefusal.Aborted(AbortReason.LeaseChanged));

        _doom.ThrowIfSet();
        _phase = Phase.Committing;
        Anchor = anchor;
        foreach (CommitPart part in parts) _participants.Touch(part.Split).IsPartOfCommit = true;
        CommitResult result = await CommitDriver.CommitAsync(_services, Id, anchor, parts, NotAfter, cancellation);
        return await ConcludeAsync(result, anchor, cancellation);
    }

    /// <summary>
    /// Before a commit over several splits, takes the write locks that no read has taken. Once prepared at one split, a
    /// transaction cannot be wounded there; were it then to wait elsewhere for an older one, which waits for it, nobody
    /// would end that. So it waits while it can still be wounded, and no prepare waits for a lock.
    /// </summary>
    private async ValueTask<bool> LockWritesAsync(IReadOnlyList<Mutation> mutations, CancellationToken cancellation)
    {
        var unlocked = new List<Key>();
        foreach (Mutation mutation in mutations)
        {
            if (!_reads.HoldsExclusively(mutation.Key)) unlocked.Add(mutation.Key);
        }

        if (unlocked.Count == 0) return false;
        await _services.Reads.PointsAsync(unlocked, _reads.Asking(LockStrength.Exclusive), cancellation);
        return true;
    }

    private async ValueTask<Timestamp> ConcludeAsync(CommitResult result, Key anchor, CancellationToken cancellation)
    {
        switch (result)
        {
            case CommitResult.Committed committed:
                if (!committed.IsWaitedOut) await _services.WaitOutAsync(committed.At);
                End(new RememberedFate(new CommitFate(CommitFateKind.Committed, committed.At), anchor));
                return committed.At;
            case CommitResult.Failed failed:
                EndFailed(failed.Error, anchor);
                if (failed.Error.Code == ErrorCode.Cancelled) throw new OperationCanceledException(cancellation);
                throw failed.Error.ToException();
            default:
                End(new RememberedFate(null, anchor));
                throw new LintelException(new LintelError(
                    ErrorCode.CommitOutcomeUnknown, $"the outcome of transaction {Id} is not known",
                    "the commit was sent and no answer came in time",
                    "ask for its fate before running it again", $"transaction {Id}, anchor {anchor}"));
        }
    }

    private Timestamp Passed() => _services.Environment.TrueTime.Now().Earliest.Previous();

    private Timestamp CommitNothing()
    {
        Timestamp passed = Passed();
        End(new RememberedFate(new CommitFate(CommitFateKind.Committed, passed), default));
        return passed;
    }

    /// <summary>
    /// Without writes there is nothing to decide: the locks have done their work once the reads are known to be valid
    /// at one timestamp. It is waited out, so that whatever begins after the answer gets a later one anywhere.
    /// </summary>
    private async ValueTask<Timestamp> CommitReadsAsync(CancellationToken cancellation)
    {
        Timestamp at = await _reads.ConfirmAsync(cancellation) ?? Passed();
        _doom.ThrowIfSet();
        if (at > NotAfter) throw _doom.Because(new SplitRefusal.Aborted(AbortReason.TooLate));
        _phase = Phase.Committing;
        await _services.WaitOutAsync(at);
        End(new RememberedFate(new CommitFate(CommitFateKind.Committed, at), default));
        return at;
    }

    private void EndFailed(LintelError error, Key anchor)
    {
        // A request that was under way when an earlier doom released the locks may have taken some again.
        if (_doom.Error is null) _doom.Set(error);
        else ReleaseEverywhere();
        End(new RememberedFate(new CommitFate(CommitFateKind.Aborted, default), anchor));
    }

    // What is open may be committed yet: its locks are left to the splits. What happened has freed what it was shown.
    private void End(RememberedFate fate)
    {
        _phase = Phase.Ended;
        _writes.Clear();
        _services.Fates.Remember(Id, fate);
        _services.Active.Remove(Id);
        if (fate.Fate is not { Kind: CommitFateKind.Committed }) return;
        foreach (Participant participant in _participants.All)
        {
            if (!participant.IsPartOfCommit)
                _services.Courtesies.Send(new Release(participant.Descriptor.Address, Id));
        }
    }

    private void ReleaseEverywhere()
    {
        foreach (Participant participant in _participants.All)
            _services.Courtesies.Send(new Release(participant.Descriptor.Address, Id));
    }

    private void RequireOpen()
    {
        if (_phase != Phase.Open && _doom.Error is null)
            throw new LintelException(ErrorCode.FailedPrecondition, $"transaction {Id} is finished");
        _doom.ThrowIfSet();
    }
}
