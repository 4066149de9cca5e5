using Lintel.Doors.Console.Codec;

namespace Lintel.Doors.Console.Session;

/// <summary>What the HTTP door lets its clients change. Failures are LintelExceptions; the door maps them.</summary>
/// <param name="PlanAsync">What applying a spec, given as its text, would change.</param>
/// <param name="ApplyAsync">Applies it.</param>
/// <param name="DivideAsync">Divides a split.</param>
/// <param name="DatabasesAsync">All databases and where they are.</param>
public sealed record ControlServices(
    Func<string, CancellationToken, Task<PlanAnswer>> PlanAsync,
    Func<string, CancellationToken, Task<PlanAnswer>> ApplyAsync,
    Func<DivideRequest, CancellationToken, Task<DivideAnswer>> DivideAsync,
    Func<CancellationToken, Task<DatabaseList>> DatabasesAsync);
