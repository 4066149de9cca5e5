using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Simulation.Histories;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Tests.Cluster;

namespace Lintel.Splits.Tests.Campaign;

/// <summary>
/// Clients of a campaign. Registers a..j are read, written and swapped, one key at a time; pairs k/x are written together
/// by two-phase commit across splits and read together at one timestamp; everything is also read at old timestamps.
/// </summary>
internal sealed class CampaignClients(SplitCluster cluster, Prng random)
{
    private const int Clients = 6;
    private const int Keys = 6;
    private static readonly Key PairLow = Key.FromText("\x10" + "a-pair");
    private static readonly Key PairHigh = Key.FromText("\x10" + "z-pair");
    private readonly Dictionary<(string Key, Timestamp At), string?> _seen = [];
    private readonly List<(string Key, Timestamp At, string Value)> _committed = [];
    private long _value;

    public bool Stop { get; set; }

    public History<RegisterOperation> Registers { get; } = new(() => cluster.World.TrueNow);

    /// <summary>What two reads that should have agreed did not agree on, or null.</summary>
    public string? Inconsistent { get; private set; }

    public int Done { get; private set; }

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, Clients).Select(LoopAsync));

    /// <summary>Reads every register once more, strongly.</summary>
    public async Task ReadAllAsync()
    {
        for (int key = 0; key < Keys; key++) await ReadAsync(0, key, cluster.Node(1));
    }

    /// <summary>
    /// Every acknowledged write is found at its timestamp, everything read once at a timestamp is read again the same, at
    /// the leaseholder and at the followers.
    /// </summary>
    public async Task<string?> CheckSnapshotsAsync()
    {
        foreach ((string key, Timestamp at, string value) in _committed)
        {
            string? now = await cluster.Node(1).Read(key, at);
            if (now != value) return $"I1: {key} was written as {value} at {at} and is {now ?? "nil"} there now";
        }

        foreach (((string key, Timestamp at), string? value) in _seen.OrderBy(seen => seen.Key.At))
        {
            foreach (ClusterNode node in cluster.Nodes)
            {
                string? now = await node.Read(key, at, follower: true);
                if (now != value) return $"I5: {key} at {at} was {value ?? "nil"} and is {now ?? "nil"} at {node.Machine.Id}";
            }
        }

        return null;
    }

    private async Task LoopAsync(int client)
    {
        while (!Stop)
        {
            await cluster.Pause(random.NextDouble() * 0.1);
            ClusterNode node = random.Pick([.. cluster.Nodes]);
            int key = random.Next(Keys);
            try
            {
                await (random.Next(8) switch
                {
                    0 or 1 => ReadAsync(client, key, node),
                    2 or 3 => WriteAsync(client, key, node),
                    4 or 5 => SwapAsync(client, key, node),
                    6 => WritePairAsync(node),
                    _ => ReadOldAsync(node),
                });
                Done++;
            }
            catch (NodeGoneException)
            {
                // The client's own node died: what it asked for stays in doubt.
            }
            catch (InvalidOperationException)
            {
                // A read that was refused.
            }
        }
    }

    private static string Name(int key) => "\x10" + (char)('a' + (2 * key));

    private async Task ReadAsync(int client, int key, ClusterNode node)
    {
        Operation<RegisterOperation> operation = Registers.Invoke(client, new RegisterOperation(RegisterKind.Read, key, null));
        string? value = await node.Read(Name(key));
        operation.Succeed(operation.Payload with { Value = Parse(value) });
    }

    private async Task WriteAsync(int client, int key, ClusterNode node)
    {
        long value = ++_value;
        Operation<RegisterOperation> operation = Registers.Invoke(client, new RegisterOperation(RegisterKind.Write, key, value));
        Key at = Key.FromText(Name(key));
        TransactionId transaction = cluster.Begin(node);
        SplitReply? reply = await node.Ask(
            at, to => new CommitLocal(to, transaction, at, [Put(at, value)], LeaseSequence.None, 0));
        Settle(operation, reply, operation.Payload, Name(key), value);
    }

    private async Task SwapAsync(int client, int key, ClusterNode node)
    {
        Key at = Key.FromText(Name(key));
        TransactionId transaction = cluster.Begin(node);
        long value = ++_value;
        SplitReply? read = await node.Ask(
            at, to => new LockingRead(to, transaction, new ReadTarget.Points([at]), ReadLock.Shared));
        if (read is not SplitReply.LockedRows rows) return;
        long? expected = Parse(ClusterNode.Text(rows.Read.Values[0]));
        var swap = new RegisterOperation(RegisterKind.CompareAndSet, key, value, expected, Swapped: true);
        Operation<RegisterOperation> operation = Registers.Invoke(client, swap);
        if (random.Chance(0.1)) await cluster.Pause(random.NextDouble() * 3);
        SplitReply? reply = await node.Ask(
            at, to => new CommitLocal(to, transaction, at, [Put(at, value)], rows.Lease, 0));
        Settle(operation, reply, swap, Name(key), value);
        if (reply is not SplitReply.Committed) await node.Ask(at, to => new Release(to, transaction));
    }

    private void Settle(
        Operation<RegisterOperation> operation, SplitReply? reply, RegisterOperation done, string key, long value)
    {
        switch (reply)
        {
            case SplitReply.Committed committed:
                operation.Succeed(done);
                _committed.Add((key, committed.At, Text(value)));
                if (committed.At >= cluster.World.TrueNow) Inconsistent ??= $"I4: {operation} was acknowledged before its time";
                break;
            case SplitRefusal { IsAmbiguous: false }:
                operation.Fail();
                break;
        }
    }

    private async Task WritePairAsync(ClusterNode node)
    {
        string value = Text(++_value);
        TransactionId transaction = cluster.Begin(node);
        SplitDescriptor low = await FindAsync(node, PairLow);
        SplitDescriptor high = await FindAsync(node, PairHigh);
        Mutation first = Mutation.Put(PairLow, ClusterNode.Bytes(value));
        Mutation second = Mutation.Put(PairHigh, ClusterNode.Bytes(value));
        SplitReply? reply;
        if (low.Split == high.Split)
        {
            reply = await node.Send(new CommitLocal(low.Address, transaction, PairLow, [first, second], LeaseSequence.None, 0));
        }
        else
        {
            SplitReply prepared = await node.Send(
                new Prepare(high.Address, transaction, PairLow, [second], LeaseSequence.None, 0));
            if (prepared is not SplitReply.Prepared at || random.Chance(0.1)) return;
            reply = await node.Ask(PairLow, to => new Decide(
                to, transaction, PairLow, [first], LeaseSequence.None, 0, [high.Span], at.At));
        }

        if (reply is not SplitReply.Committed committed) return;
        _committed.Add((PairLow.ToText(), committed.At, value));
        _committed.Add((PairHigh.ToText(), committed.At, value));
    }

    // Reads at one timestamp agree with each other and with every earlier read at it (I5, I6).
    private async Task ReadOldAsync(ClusterNode node)
    {
        Timestamp at = node.Machine.TrueTime.Now().Earliest - TimeSpan.FromSeconds(random.NextDouble() * 2);
        string? low = await node.Read(PairLow.ToText(), at, follower: true);
        string? high = await random.Pick([.. cluster.Nodes]).Read(PairHigh.ToText(), at, follower: true);
        if (low != high) Inconsistent ??= $"I6: at {at} {low ?? "nil"} and {high ?? "nil"}";
        See(PairLow.ToText(), at, low);
        string name = Name(random.Next(Keys));
        See(name, at, await node.Read(name, at, follower: true));
    }

    private void See(string key, Timestamp at, string? value)
    {
        if (_seen.TryGetValue((key, at), out string? before) && before != value)
            Inconsistent ??= $"I5: {key} at {at} was {before ?? "nil"} and is {value ?? "nil"}";
        _seen[(key, at)] = value;
    }

    private static async Task<SplitDescriptor> FindAsync(ClusterNode node, Key key)
    {
        try
        {
            return await node.Find(key);
        }
        catch (Primitives.Errors.LintelException unreachable)
        {
            throw new InvalidOperationException("not found", unreachable);
        }
    }

    private static Mutation Put(Key key, long value) => Mutation.Put(key, ClusterNode.Bytes(Text(value)));

    private static string Text(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static long? Parse(string? text) =>
        text is null ? null : long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

internal static class KeyTexts
{
    public static string ToText(this Key key) => System.Text.Encoding.UTF8.GetString(key.Span);
}
