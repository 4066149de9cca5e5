using Lintel.Environment.Scheduling;
using Xunit;

namespace Lintel.Foundation.Tests.Scheduling;

/// <summary>The production context on the real thread pool: order, one at a time, fairness, exceptions.</summary>
public sealed class SerialContextTests
{
    private readonly List<Exception> _failures = [];

    [Fact]
    public async Task Items_run_in_order_and_one_at_a_time()
    {
        var context = new SerialContext(_failures.Add);
        var seen = new List<int>();
        int inside = 0, overlaps = 0;
        var done = new TaskCompletionSource();
        const int count = 20_000;
        for (int i = 0; i < count; i++)
        {
            context.Post(
                state =>
                {
                    if (Interlocked.Increment(ref inside) != 1) Interlocked.Increment(ref overlaps);
                    seen.Add((int)state!);
                    Interlocked.Decrement(ref inside);
                    if (seen.Count == count) done.SetResult();
                },
                i);
        }

        await done.Task;
        Assert.Equal(0, overlaps);
        Assert.Equal(Enumerable.Range(0, count), seen);
    }

    [Fact]
    public async Task Posts_from_many_threads_all_run_and_none_overlap()
    {
        var context = new SerialContext(_failures.Add);
        int counter = 0;
        var done = new TaskCompletionSource();
        const int threads = 4, each = 5_000;
        var posters = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            // Not atomic on purpose: two turns at once would lose counts.
            for (int i = 0; i < each; i++)
            {
                context.Post(
                    _ =>
                    {
                        if (++counter == threads * each) done.SetResult();
                    },
                    null);
            }
        })).ToList();
        posters.ForEach(p => p.Start());
        await done.Task;
        posters.ForEach(p => p.Join());
        Assert.Equal(threads * each, counter);
        Assert.Equal(0, context.Backlog);
    }

    [Fact]
    public async Task An_await_inside_comes_back_to_the_context()
    {
        var context = new SerialContext(_failures.Add);
        var outcome = new TaskCompletionSource<bool>();
        context.Post(
            _ =>
            {
                async Task Body()
                {
                    await Task.Yield();
                    outcome.SetResult(SynchronizationContext.Current == context);
                }

                _ = Body();
            },
            null);
        Assert.True(await outcome.Task);
    }

    [Fact]
    public async Task A_callback_that_throws_is_reported_and_the_next_one_runs()
    {
        var context = new SerialContext(_failures.Add);
        var next = new TaskCompletionSource();
        context.Post(_ => throw new FormatException("broken"), null);
        context.Post(_ => next.SetResult(), null);
        await next.Task;
        Assert.IsType<FormatException>(Assert.Single(_failures));
    }

    [Fact]
    public async Task A_context_that_never_rests_does_not_keep_another_from_running()
    {
        var busy = new SerialContext(_failures.Add);
        bool stop = false;
        var stopped = new TaskCompletionSource();

        void Again(object? state)
        {
            if (Volatile.Read(ref stop)) stopped.SetResult();
            else busy.Post(Again, null);
        }

        busy.Post(Again, null);
        for (int i = 0; i < 10; i++)
        {
            var other = new SerialContext(_failures.Add);
            var ran = new TaskCompletionSource();
            other.Post(_ => ran.SetResult(), null);
            await ran.Task;
        }

        Volatile.Write(ref stop, true);
        await stopped.Task;
    }

    [Fact]
    public void Waiting_for_the_context_is_refused() =>
        Assert.Throws<NotSupportedException>(() => new SerialContext(_failures.Add).Send(_ => { }, null));
}
