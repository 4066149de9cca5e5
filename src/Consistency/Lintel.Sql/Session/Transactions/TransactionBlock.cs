using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Settings;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Transactions;

/// <summary>
/// The transaction state of a session, and the transaction itself. States and how they change:
/// <code>
/// Idle    -BEGIN->          InBlock      (an implicit transaction under way becomes the block's)
/// Idle    -first statement- Idle         implicit: ended by the end of the script, or by Sync
/// InBlock -error->          Failed       without savepoints the transaction is given up at once, so locks go
/// InBlock -COMMIT->         Idle         also when the commit fails
/// Failed  -COMMIT,ROLLBACK- Idle         rolled back
/// Failed  -ROLLBACK TO->    InBlock
/// </code>
/// The underlying transaction begins with the first statement that needs it, not with BEGIN.
/// </summary>
internal sealed class TransactionBlock(SqlSession session, ISessionEvents events)
{
    private readonly List<Savepoint> _savepoints = [];
    private SettingValues _settingsBefore;
    private bool _isChanged;
    private bool _isImplicit;
    private TransactionId? _retryOf;

    /// <summary>What ReadyForQuery says.</summary>
    public TransactionStatus Status { get; private set; }

    /// <summary>The transaction, once a statement has needed it; null before, and after it was given up.</summary>
    public OpenTransaction? Current { get; private set; }

    /// <summary>The modes of the block.</summary>
    public BlockModes Modes { get; private set; } = null!;

    /// <summary>Whether statements run in a transaction that outlives them.</summary>
    public bool IsInTransaction => Status != TransactionStatus.Idle || _isImplicit || Current is not null;

    /// <summary>
    /// Whether the transaction may still begin anew without anybody noticing: no statement has completed in it and no
    /// savepoint holds a place in it.
    /// </summary>
    public bool MayRestart => Current is null or { IsUsed: false } && _savepoints.TrueForAll(s => s.Schema is null);

    /// <summary>
    /// Statements that follow form one implicit transaction, until the end of the script; all of them only read, so it
    /// can be a snapshot.
    /// </summary>
    public void BeginReading()
    {
        Reset();
        Modes = Modes with { IsReadOnly = true };
        _isImplicit = true;
    }

    /// <summary>BEGIN.</summary>
    public void Begin(TransactionModes modes)
    {
        if (Status == TransactionStatus.InBlock)
        {
            Warn(SqlStates.ActiveSqlTransaction, "there is already a transaction in progress");
            return;
        }

        if (!IsInTransaction) Reset();
        Modes = Modes.With(modes);
        RequireFreshFor(modes);
        Status = TransactionStatus.InBlock;
    }

    /// <summary>SET TRANSACTION.</summary>
    public void Set(TransactionModes modes)
    {
        if (Status == TransactionStatus.Idle)
        {
            Warn(SqlStates.NoActiveSqlTransaction, "SET TRANSACTION can only be used in transaction blocks");
            return;
        }

        RequireFreshFor(modes);
        Modes = Modes.With(modes);
    }

    /// <summary>The transaction, begun now if it was not yet.</summary>
    public async ValueTask<OpenTransaction> EnsureAsync(CancellationToken cancellation)
    {
        if (Current is not null) return Current;
        if (!IsInTransaction) Reset();
        _isImplicit |= Status == TransactionStatus.Idle;
        return Current = await OpenAsync(Modes, _retryOf, cancellation);
    }

    /// <summary>Begins a transaction of the given modes that belongs to the caller.</summary>
    public ValueTask<OpenTransaction> OpenAsync(
        BlockModes modes, TransactionId? retryOf, CancellationToken cancellation) =>
        modes.IsReadOnly
            ? OpenTransaction.SnapshotAsync(session.Engine, session.Database, modes.Bound, cancellation)
            : OpenTransaction.BeginAsync(session.Engine, session.Database, session.Label, retryOf, cancellation);

    /// <summary>
    /// Gives up what was done, to do it again with the same age. Only while nothing of it has been shown.
    /// </summary>
    public async ValueTask ForgetAsync()
    {
        _retryOf = Current?.Writer?.Id ?? _retryOf;
        await AbandonAsync();
    }

    /// <summary>COMMIT. Answers whether it committed; a failed block is rolled back.</summary>
    public async ValueTask<bool> CommitAsync(CancellationToken cancellation)
    {
        if (Status == TransactionStatus.Failed)
        {
            await RollbackAsync();
            return false;
        }

        try
        {
            if (Current is not null) await Current.CommitAsync(cancellation);
        }
        catch
        {
            await RollbackAsync();
            throw;
        }

        await AbandonAsync();
        session.Settings.EndTransaction();
        Leave();
        return true;
    }

    /// <summary>ROLLBACK, and the end of every transaction that failed.</summary>
    public async ValueTask RollbackAsync()
    {
        await AbandonAsync();
        if (_isChanged) session.Settings.Restore(_settingsBefore);
        Leave();
    }

    /// <summary>A statement failed: a block waits for its end, an implicit transaction is over.</summary>
    public async ValueTask FailAsync()
    {
        if (Status == TransactionStatus.Idle)
        {
            if (IsInTransaction) await RollbackAsync();
            return;
        }

        Status = TransactionStatus.Failed;
        if (_savepoints.Count == 0) await AbandonAsync();
    }

    /// <summary>SAVEPOINT.</summary>
    public void Save(string name)
    {
        RequireBlock("SAVEPOINT");
        _savepoints.Add(new Savepoint(
            name, Current?.Writer?.Mark(), Current?.Schema, Current?.HasSchemaChanges ?? false, session.Settings.Values));
    }

    /// <summary>RELEASE.</summary>
    public void Release(string name)
    {
        RequireBlock("RELEASE SAVEPOINT");
        int at = Find(name);
        _savepoints.RemoveRange(at, _savepoints.Count - at);
    }

    /// <summary>ROLLBACK TO.</summary>
    public async ValueTask RollbackToAsync(string name, CancellationToken cancellation)
    {
        RequireBlock("ROLLBACK TO SAVEPOINT");
        int at = Find(name);
        Savepoint savepoint = _savepoints[at];
        _savepoints.RemoveRange(at + 1, _savepoints.Count - at - 1);
        session.Settings.Restore(savepoint.Settings);
        if (savepoint.Schema is null)
        {
            // Nothing had been done before the savepoint: what came after is given up as a whole, and the transaction
            // begins anew with the age it had. So a client may retry a lost conflict from here.
            await ForgetAsync();
        }
        else if (Current is { Writer: { } writer } current)
        {
            try
            {
                await writer.RollbackToAsync(savepoint.Mark!.Value, cancellation);
            }
            catch (LintelException)
            {
                Status = TransactionStatus.Failed;
                throw;
            }

            current.Schema = savepoint.Schema;
            current.HasSchemaChanges = savepoint.HasSchemaChanges;
        }

        Status = TransactionStatus.InBlock;
    }

    /// <summary>The connection is gone.</summary>
    public ValueTask DisposeAsync() => AbandonAsync();

    /// <summary>A block whose underlying transaction was lost cannot go on, whatever savepoints it has.</summary>
    private async ValueTask AbandonAsync()
    {
        OpenTransaction? current = Current;
        Current = null;
        if (current is not null) await current.DisposeAsync();
    }

    private void Reset()
    {
        Modes = BlockModes.Default(session.Settings);
        _settingsBefore = session.Settings.Values;
        _isChanged = true;
        session.OnTransactionBegins();
    }

    private void Leave()
    {
        _savepoints.Clear();
        _isChanged = false;
        _isImplicit = false;
        _retryOf = null;
        Status = TransactionStatus.Idle;
    }

    private int Find(string name)
    {
        int at = _savepoints.FindLastIndex(s => s.Name == name);
        return at >= 0
            ? at
            : throw new SqlException(SqlStates.InvalidSavepointSpecification, $"savepoint \"{name}\" does not exist");
    }

    private void RequireBlock(string command)
    {
        if (Status == TransactionStatus.Idle)
        {
            throw new SqlException(
                SqlStates.NoActiveSqlTransaction, $"{command} can only be used in transaction blocks");
        }
    }

    private void RequireFreshFor(TransactionModes modes)
    {
        if (Current is not { IsUsed: true }) return;
        if (modes.Isolation is not null)
        {
            throw new SqlException(
                SqlStates.ActiveSqlTransaction, "SET TRANSACTION ISOLATION LEVEL must be called before any query");
        }

        if (modes.AsOf is not null)
        {
            throw new SqlException(
                SqlStates.ActiveSqlTransaction, "AS OF SYSTEM TIME must be given before any query", modes.AsOf.Position);
        }

        if (modes.IsReadOnly == false && Current.Writer is null)
        {
            throw new SqlException(
                SqlStates.ActiveSqlTransaction, "transaction read-write mode must be set before any query");
        }
    }

    private void Warn(string state, string message) => events.OnNotice(new SqlNotice("WARNING", state, message));
}
