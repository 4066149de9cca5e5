using Lintel.Environment.Disk;
using Lintel.Environment.Network;
using Lintel.Environment.TrueTime;
using Lintel.Primitives.Random;

namespace Lintel.Environment;

/// <summary>
/// The doors to the world. Code below the doors and hosts reads time, disk, network and randomness from here and from
/// nowhere else, which is what lets the simulator run a whole cluster in one thread under a seed.
/// </summary>
/// <param name="Time">Monotonic durations and timers. Its wall clock is not to be used for decisions.</param>
/// <param name="TrueTime">The cluster's time, as an interval.</param>
/// <param name="Disk">The directory of this store.</param>
/// <param name="Network">Frames to and from the other nodes.</param>
/// <param name="Random">Seeded randomness (election jitter, ids). Owned by the store's context.</param>
/// <param name="Context">
/// The serial context of the store: everything posted to it runs one at a time, and an await inside it comes back to
/// it. In production it is pumped by the thread pool; in simulation by the world's one thread.
/// </param>
public sealed record NodeEnvironment(
    TimeProvider Time,
    ITrueTime TrueTime,
    IDisk Disk,
    INetwork Network,
    Prng Random,
    SynchronizationContext Context);
