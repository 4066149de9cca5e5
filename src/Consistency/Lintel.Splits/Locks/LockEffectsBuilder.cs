using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Locks;

/// <summary>Gathers the effects of one call.</summary>
internal sealed class LockEffectsBuilder
{
    private readonly List<WaitToken> _granted = [];
    private readonly List<WoundedTransaction> _wounded = [];
    private readonly List<WaitToken> _cleared = [];

    public void Granted(WaitToken token) => _granted.Add(token);

    public void Cleared(WaitToken token) => _cleared.Add(token);

    public void Wounded(LockHolder victim, TransactionId by)
    {
        ImmutableArray<WaitToken> cancelled = victim.Waiting is { } waiting
            ? [.. waiting.ConvertAll(static waiter => waiter.Token)]
            : [];
        _wounded.Add(new WoundedTransaction(victim.Transaction, by, cancelled));
    }

    public LockEffects Take()
    {
        if (_granted.Count + _wounded.Count + _cleared.Count == 0) return LockEffects.None;
        var effects = new LockEffects([.. _granted], [.. _wounded], [.. _cleared]);
        _granted.Clear();
        _wounded.Clear();
        _cleared.Clear();
        return effects;
    }
}
