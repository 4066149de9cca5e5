using Lintel.Environment;
using Lintel.Primitives.Identifiers;
using Lintel.Simulation;
using Lintel.Simulation.Nodes;
using Lintel.Transactions.Api;
using Lintel.Transactions.Gateway;
using Lintel.Transactions.Tests.Model;

namespace Lintel.Transactions.Tests.Gateway;

/// <summary>The real gateway over model splits, in the simulated world.</summary>
internal sealed class GatewayWorld
{
    private uint _incarnation;

    public GatewayWorld(ulong seed, GatewayLimits? limits = null, params string[] cuts)
    {
        World = new World(seed);
        Splits = new ModelCluster(World, cuts);
        Router = new ModelRouter(Splits);
        Node = World.AddNode(new NodeId(1), environment => Boot(environment, limits));
        Node.TrueTime.SetError(TimeSpan.FromMicroseconds(World.RandomFor("gateway clock").Next(-900, 900)));
        Node.Start();
        World.MustRun(() => Source is not null, TimeSpan.FromSeconds(1));
    }

    public World World { get; }

    public ModelCluster Splits { get; }

    public ModelRouter Router { get; }

    public SimulatedNode Node { get; }

    public TransactionGateway Source { get; private set; } = null!;

    public void Run(Func<ITransactionSource, Task> scenario, TimeSpan? within = null) =>
        World.Run(() => scenario(Source), within ?? TimeSpan.FromMinutes(1));

    private void Boot(NodeEnvironment environment, GatewayLimits? limits) =>
        Source = new TransactionGateway(environment, Router, ++_incarnation, limits);
}
