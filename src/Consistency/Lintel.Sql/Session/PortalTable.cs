using Lintel.Sql.Execute;
using Lintel.Sql.Plan;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>The portals and cursors of a session, by name. They end with their transaction, unless they are held.</summary>
internal sealed class PortalTable(SqlSession session)
{
    private readonly Dictionary<string, Portal> _byName = new(StringComparer.Ordinal);

    /// <summary>Adds a portal; the unnamed one is replaced, a name in use refused with 42P03.</summary>
    public void Add(Portal portal)
    {
        if (portal.Name.Length > 0 && _byName.ContainsKey(portal.Name))
        {
            throw new SqlException(
                SqlStates.DuplicateCursor, $"{(portal.IsCursor ? "cursor" : "portal")} \"{portal.Name}\" already exists");
        }

        if (_byName.Count >= session.Engine.Limits.PortalsMax)
        {
            throw new SqlException(
                SqlStates.ConfigurationLimitExceeded, $"a session has at most {session.Engine.Limits.PortalsMax} portals");
        }

        _byName[portal.Name] = portal;
    }

    /// <summary>The portal of a name; 34000 when there is none.</summary>
    public Portal Find(string name) => _byName.GetValueOrDefault(name) ?? throw new SqlException(
        SqlStates.InvalidCursorName, $"{(name.Length == 0 ? "portal" : "cursor")} \"{name}\" does not exist");

    /// <summary>Ends one; a missing one is fine.</summary>
    public ValueTask CloseAsync(string name) =>
        _byName.Remove(name, out Portal? portal) ? StopAsync(portal) : ValueTask.CompletedTask;

    /// <summary>Ends all.</summary>
    public async ValueTask CloseAllAsync()
    {
        Portal[] all = [.. _byName.Values];
        _byName.Clear();
        foreach (Portal portal in all) await StopAsync(portal);
    }

    /// <summary>
    /// The transaction is about to end: portals end with it. Held cursors take what is left of their rows with them when
    /// it is a commit.
    /// </summary>
    public async ValueTask EndTransactionAsync(bool isCommit, CancellationToken cancellation)
    {
        if (_byName.Count == 0) return;
        foreach (Portal portal in _byName.Values.ToArray())
        {
            if (portal.Held is not null) continue;
            if (portal.WithHold && isCommit) await HoldAsync(portal, cancellation);
            else await CloseAsync(portal.Name);
        }
    }

    /// <summary>
    /// Gives up to <paramref name="maxRows"/> rows of a portal (negative is all) to a sink, or just passes them over
    /// when it is null. Answers how many there were; fewer than asked for means that the portal is at its end.
    /// </summary>
    public async ValueTask<long> PullAsync(Portal portal, long maxRows, IResultSink? sink, CancellationToken cancellation)
    {
        long rows = 0;
        while (rows != maxRows && !portal.IsDone)
        {
            cancellation.ThrowIfCancellationRequested();
            if (portal.Held is { } held)
            {
                if (!held.TryDequeue(out SqlValue[]? row)) portal.IsDone = true;
                else if (sink is not null && sink.Row(row)) await sink.DrainAsync(cancellation);
            }
            else
            {
                portal.Run ??= await StartAsync(portal, cancellation);
                if (!await portal.Run.NextAsync()) portal.IsDone = true;
                else if (sink is not null && sink.Row(portal.Run.Row)) await sink.DrainAsync(cancellation);
            }

            if (!portal.IsDone) rows++;
        }

        return rows;
    }

    private async ValueTask<RunningStatement> StartAsync(Portal portal, CancellationToken cancellation)
    {
        OpenTransaction transaction = await session.Block.EnsureAsync(cancellation);
        StatementPlan plan = portal.Statement.PlanFor(transaction.Schema, transaction.HasSchemaChanges, session);

        // The run outlives this call, and with it any one call's token: each pull looks at its own.
        return plan.Query!.Start(session.Runner.ScopeOf(transaction, false, default), portal.Parameters);
    }

    private async ValueTask HoldAsync(Portal portal, CancellationToken cancellation)
    {
        var rows = new Queue<SqlValue[]>();
        var memory = new MemoryMeter(session.Engine.Limits.StatementBytesMax);
        portal.Run ??= portal.IsDone ? null : await StartAsync(portal, cancellation);
        while (!portal.IsDone && portal.Run is { } run && await run.NextAsync())
        {
            cancellation.ThrowIfCancellationRequested();
            memory.TakeRow(run.Row);
            rows.Enqueue(run.Row.ToArray());
        }

        await StopAsync(portal);
        portal.Held = rows;
        portal.IsDone = false;
    }

    private static async ValueTask StopAsync(Portal portal)
    {
        portal.IsDone = true;
        RunningStatement? run = portal.Run;
        portal.Run = null;
        if (run is not null) await run.DisposeAsync();
    }
}
