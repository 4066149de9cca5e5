using Lintel.Doors.Postgres.Session;
using Lintel.Environment.TrueTime;
using Lintel.Identity.Scram;
using Lintel.Identity.Users;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Sql.Session;
using Lintel.Transactions.Reference;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lintel.Doors.Tests.Session;

/// <summary>A door onto SQL over the in-memory transaction source: one node, nothing replicated, everything else real.</summary>
internal sealed class DoorWorld
{
    public const string Superuser = "admin";
    public const string Password = "correct horse";

    private DoorWorld(SqlEngine engine, UserDirectory users, PostgresDoor door)
    {
        Engine = engine;
        Users = users;
        Door = door;
    }

    public SqlEngine Engine { get; }

    public UserDirectory Users { get; }

    public PostgresDoor Door { get; }

    public static async Task<DoorWorld> StartAsync(DoorOptions? options = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var transactions = new MemoryTransactionSource(time);
        var engine = new SqlEngine(new SqlEngineOptions(
            transactions, time, new ExactTime(time), new Prng(1), new NodeId(1),
            PasswordVerifier: ScramVerifier.Encode));
        await engine.StartAsync();
        var users = new UserDirectory(transactions, time, engine.Ids);
        await users.StartAsync(Superuser, Password);
        var services = new DoorServices(
            engine, users, options ?? new DoorOptions { TrustLoopback = true }, time, NullLogger.Instance);
        return new DoorWorld(engine, users, new PostgresDoor(services));
    }

    private sealed class ExactTime(TimeProvider time) : ITrueTime
    {
        public bool IsBounded => true;

        public TrueTimeInterval Now()
        {
            Timestamp now = Timestamp.From(time.GetUtcNow());
            return new TrueTimeInterval(now, now);
        }
    }
}
