using Lintel.Primitives.Errors;
using Lintel.Splits.Requests;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Whether a transaction can still commit. Set once, by whoever learns first that it cannot: a read, a stage, or the
/// keep-alive that was told of a wound. Setting it gives up the locks elsewhere and cancels what the transaction waits
/// for. Set on the store's context, seen from anywhere.
/// </summary>
/// <param name="onDoomed">Runs once, when it is set.</param>
internal sealed class Doom(Action onDoomed) : IDisposable
{
    private CancellationTokenSource? _cancel;
    private volatile LintelError? _error;

    /// <summary>Why it cannot commit, or null.</summary>
    public LintelError? Error => _error;

    /// <summary>Cancelled with the doom. Asked for on the store's context.</summary>
    public CancellationToken Token
    {
        get
        {
            if (_cancel is null)
            {
                _cancel = new CancellationTokenSource();
                if (_error is not null) _cancel.Cancel();
            }

            return _cancel.Token;
        }
    }

    /// <summary>Dooms the transaction; the first reason stays.</summary>
    public void Set(LintelError error)
    {
        if (_error is not null) return;
        _error = error;
        onDoomed();
        _cancel?.Cancel();
    }

    /// <summary>Dooms the transaction and gives the exception to throw.</summary>
    public LintelException Because(SplitRefusal refusal)
    {
        Set(refusal.ToError());
        return _error!.ToException();
    }

    /// <summary>Throws the reason, if there is one.</summary>
    public void ThrowIfSet()
    {
        if (_error is { } error) throw error.ToException();
    }

    /// <inheritdoc/>
    public void Dispose() => _cancel?.Dispose();
}
