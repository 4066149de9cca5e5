using Lintel.ClusterSimulation.Checkers;
using Lintel.ClusterSimulation.Cluster;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Simulation.Histories;
using Lintel.Simulation.Nodes;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Clients;

/// <summary>
/// A client of the cluster, as a SQL session would be: it has a home node whose gateway it uses, goes elsewhere when
/// that is down, runs aborted transactions again with their age, and asks for the fate of those in doubt.
/// </summary>
/// <param name="cluster">What it talks to.</param>
/// <param name="number">Its number, from 0.</param>
/// <param name="commits">Where its transactions are entered with their timestamps.</param>
public sealed class Client(SimulatedCluster cluster, int number, History<CommitStamp> commits)
{
    private const int AttemptsMax = 6;
    private readonly int _home = 1 + (number % cluster.Nodes.Count);

    /// <summary>Its number, from 0.</summary>
    public int Number => number;

    /// <summary>What its choices are drawn from.</summary>
    public Prng Random { get; } = cluster.World.RandomFor($"client {number}");

    /// <summary>Operations that happened.</summary>
    public int OkCount { get; private set; }

    /// <summary>Runs a read-write transaction.</summary>
    public async Task<ClientAnswer<T>> TransactAsync<T>(Func<ITransaction, Task<T>> body)
    {
        TransactionId? aborted = null;
        for (int attempt = 1; ; attempt++)
        {
            var run = new TransactionRun<T>(body, aborted);
            Operation<CommitStamp> stamp = commits.Invoke(number, new CommitStamp(null));
            ClientAnswer<T> answer = await RunAsync(run);
            if (answer.IsOk)
            {
                stamp.Succeed(new CommitStamp(answer.At));
                OkCount++;
            }

            if (!run.IsAborted || attempt >= AttemptsMax) return answer;
            aborted = run.Transaction?.Id;
        }
    }

    /// <summary>Reads a snapshot; through <paramref name="at"/> when given, else through a node of its choice.</summary>
    public async Task<ClientAnswer<T>> ReadAsync<T>(
        SnapshotBound bound, Func<ISnapshotReader, Task<T>> body, ClusterNode? at = null)
    {
        ClusterNode node = at ?? PickNode();
        try
        {
            (T value, Timestamp timestamp) = await node.Machine.CallAsync(async () =>
            {
                await using ISnapshotReader reader = await node.RequireGateway().SnapshotAsync(bound);
                return (await body(reader), reader.ReadTimestamp);
            });
            OkCount++;
            return new(AnswerKind.Ok, value, timestamp);
        }
        catch (NodeGoneException)
        {
            return default(ClientAnswer<T>) with { Kind = AnswerKind.Fail };
        }
        catch (LintelException failure) when (failure.Error.Code == ErrorCode.InvalidArgument || IsExpected(failure.Error.Code))
        {
            // An exact timestamp that another node has served may still lie ahead of this one's clock.
            return default(ClientAnswer<T>) with { Kind = AnswerKind.Fail };
        }
    }

    private async Task<ClientAnswer<T>> RunAsync<T>(TransactionRun<T> run)
    {
        ClusterNode node = PickNode();
        try
        {
            Timestamp at = await node.Machine.CallAsync(() => run.RunAsync(node, cluster, Random));
            return new(AnswerKind.Ok, run.Value, at);
        }
        catch (NodeGoneException)
        {
            // The gateway died. Unless its commit had begun, nobody else will go on with it.
            return run.Transaction?.Anchor is { } anchor
                ? await AskAsync(run, anchor)
                : new(AnswerKind.Fail, run.Value, default);
        }
        catch (LintelException failure) when (failure.Error.Code == ErrorCode.TransactionAborted)
        {
            run.IsAborted = true;
            return new(AnswerKind.Fail, run.Value, default);
        }
        catch (LintelException failure) when (failure.Error.Code == ErrorCode.CommitOutcomeUnknown)
        {
            return await AskAsync(run, run.Transaction!.Anchor!.Value);
        }
        catch (LintelException failure) when (IsExpected(failure.Error.Code))
        {
            return new(AnswerKind.Fail, run.Value, default);
        }
    }

    // Sometimes a client does not ask: then the checkers have to live with the doubt.
    private async Task<ClientAnswer<T>> AskAsync<T>(TransactionRun<T> run, Key anchor)
    {
        var unknown = new ClientAnswer<T>(AnswerKind.Unknown, run.Value, default);
        if (Random.Chance(0.3)) return unknown;
        await cluster.Pause(Random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(300)));
        ClusterNode node = PickNode();
        try
        {
            CommitFate fate = await node.Machine.CallAsync(
                async () => await node.RequireGateway().FateAsync(run.Transaction!.Id, anchor));
            return fate.Kind switch
            {
                CommitFateKind.Committed => new(AnswerKind.Ok, run.Value, fate.CommitTimestamp),
                CommitFateKind.Aborted => new(AnswerKind.Fail, run.Value, default),
                _ => throw new InvalidOperationException($"the fate of {run.Transaction!.Id} is forgotten"),
            };
        }
        catch (NodeGoneException)
        {
            return unknown;
        }
        catch (LintelException failure) when (IsExpected(failure.Error.Code))
        {
            return unknown;
        }
    }

    private ClusterNode PickNode()
    {
        int first = Random.Chance(0.85) ? _home : 1 + Random.Next(cluster.Nodes.Count);
        for (int i = 0; i < cluster.Nodes.Count; i++)
        {
            ClusterNode node = cluster.Node(1 + ((first - 1 + i) % cluster.Nodes.Count));
            if (node.Machine.State == NodeState.Up && node.Gateway is not null) return node;
        }

        return cluster.Node(first);
    }

    // What a client may be told while there are faults, and that says that nothing happened.
    private static bool IsExpected(ErrorCode code) => code
        is ErrorCode.Unavailable or ErrorCode.Busy or ErrorCode.Timeout or ErrorCode.ClockUncertain
        or ErrorCode.SnapshotTooOld or ErrorCode.AlreadyExists or ErrorCode.DiskFull;
}
