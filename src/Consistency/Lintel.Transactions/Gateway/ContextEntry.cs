using System.Runtime.CompilerServices;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Awaited to go on on a serial context: at once when there already. Callers come from the thread pool (doors, SQL);
/// the caller's own await brings it back where it was.
/// </summary>
internal readonly struct ContextEntry(SynchronizationContext context) : INotifyCompletion
{
    /// <summary>Whether the caller is on the context.</summary>
    public bool IsCompleted => ReferenceEquals(SynchronizationContext.Current, context);

    /// <summary>Itself: the awaiter pattern.</summary>
    public ContextEntry GetAwaiter() => this;

    /// <summary>Nothing to return.</summary>
    public void GetResult()
    {
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => context.Post(static next => ((Action)next!)(), continuation);
}
