using Lintel.Doors.Console.Codec;

namespace Lintel.Doors.Console.Session;

/// <summary>What the HTTP door shows and does. Failures are LintelExceptions; the door maps them.</summary>
/// <param name="Health">Whether the node does its work.</param>
/// <param name="StatusAsync">The cluster as the node sees it.</param>
/// <param name="AdmitAsync">Admits a node that belongs to no cluster yet.</param>
/// <param name="DrainAsync">Empties a node of its replicas, by name.</param>
/// <param name="Control">What clients may change.</param>
public sealed record ConsoleServices(
    Func<NodeHealth> Health,
    Func<CancellationToken, Task<ClusterStatus>> StatusAsync,
    Func<JoinRequest, CancellationToken, Task<JoinAnswer>> AdmitAsync,
    Func<string, CancellationToken, Task> DrainAsync,
    ControlServices Control);
