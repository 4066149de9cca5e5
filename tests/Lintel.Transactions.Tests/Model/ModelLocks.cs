using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Locks;

namespace Lintel.Transactions.Tests.Model;

/// <summary>The real lock table of one leadership, with tasks for those who wait.</summary>
internal sealed class ModelLocks
{
    private readonly LockTable _table = new(new LockLimits());
    private readonly Dictionary<WaitToken, TaskCompletionSource<bool>> _waits = [];

    /// <summary>Told of each transaction that lost its locks.</summary>
    public Action<TransactionId>? Wounded { get; set; }

    public LockStanding StandingOf(TransactionId transaction) => _table.StandingOf(transaction);

    /// <summary>True when granted; false when wounded or when the leadership ended.</summary>
    public async Task<bool> AcquireAsync(TransactionId transaction, KeySpan span, LockMode mode)
    {
        LockOutcome outcome = _table.Acquire(transaction, LockSpan.Of(span), mode, out LockEffects effects);
        Task<bool>? wait = null;
        if (outcome is LockOutcome.Waiting waiting)
        {
            var source = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add(waiting.Token, source);
            wait = source.Task;
        }

        Tell(effects);
        return wait is not null ? await wait : outcome is LockOutcome.Granted;
    }

    public bool MarkPrepared(TransactionId transaction, Timestamp at)
    {
        bool marked = _table.MarkPrepared(transaction, at, out LockEffects effects);
        Tell(effects);
        return marked;
    }

    public void Restore(TransactionId transaction, Timestamp at, IReadOnlyList<KeySpan> spans) =>
        _table.Restore(transaction, at, [.. spans.Select(span => LockSpan.Of(span))], []);

    public void Release(TransactionId transaction) => Tell(_table.Release(transaction));

    /// <summary>The leadership is over: nobody is granted anything any more.</summary>
    public void Abandon()
    {
        foreach (WaitToken token in _waits.Keys.OrderBy(t => t.Value).ToArray()) End(token, granted: false);
    }

    private void Tell(LockEffects effects)
    {
        foreach (WoundedTransaction wounded in effects.Wounded)
        {
            foreach (WaitToken token in wounded.Cancelled) End(token, granted: false);
            Wounded?.Invoke(wounded.Transaction);
        }

        foreach (WaitToken token in effects.Granted) End(token, granted: true);
    }

    private void End(WaitToken token, bool granted)
    {
        if (_waits.Remove(token, out TaskCompletionSource<bool>? wait)) wait.SetResult(granted);
    }
}
