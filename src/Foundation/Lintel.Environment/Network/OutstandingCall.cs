using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network;

/// <summary>A call of a <see cref="RequestChannel"/> whose answer has not come yet.</summary>
internal sealed class OutstandingCall(NodeId to, byte service, NetworkLane lane, TimeSpan timeout)
{
    internal NodeId To => to;

    internal NetworkLane Lane => lane;

    // Continuations are posted to the caller's context, never run inside the channel's own methods.
    internal TaskCompletionSource<ReadOnlyMemory<byte>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ITimer? Timer { get; set; }

    internal CancellationTokenRegistration Registration { get; set; }

    internal void Succeed(ReadOnlyMemory<byte> payload)
    {
        Release();
        Answer.SetResult(payload);
    }

    internal void Fail(LintelError error)
    {
        Release();
        Answer.SetException(error.ToException());
    }

    internal void Cancel(CancellationToken cancellation)
    {
        Release();
        Answer.SetCanceled(cancellation);
    }

    internal LintelError TimedOut() => new(
        ErrorCode.Timeout,
        $"node {To} did not answer in time",
        $"no answer from service {service} within {timeout.TotalMilliseconds:0} ms",
        "it may still act on the request");

    internal LintelError Lost() => new(
        ErrorCode.Timeout,
        $"the connection with node {To} was lost",
        $"service {service} had been asked and had not answered",
        "it may still act on the request");

    private void Release()
    {
        Timer?.Dispose();
        Registration.Unregister();
    }
}
