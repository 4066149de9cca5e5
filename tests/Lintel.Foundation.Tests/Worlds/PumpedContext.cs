namespace Lintel.Foundation.Tests.Worlds;

/// <summary>A serial context that runs when the test says so, on the test's thread.</summary>
internal sealed class PumpedContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();

    public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("a serial context is posted to, never waited for");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs everything that is posted, and what that posts, until nothing is left.</summary>
    public void Run()
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            while (_queue.TryDequeue(out var item)) item.Callback(item.State);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs <paramref name="body"/> inside the context, and then everything it caused.</summary>
    public void Run(Action body)
    {
        Post(_ => body(), null);
        Run();
    }
}
