using System.Collections.Immutable;
using Lintel.Doors.Console.Codec;
using Lintel.Doors.Console.Session;
using Lintel.Intent.Apply;
using Lintel.Intent.Plan;
using Lintel.Intent.Reconcile;
using Lintel.Intent.Specs;
using Lintel.Node.Hosting;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Splits.Divide;
using Lintel.Splits.Routing;
using Lintel.Storage.Databases;
using Lintel.Storage.Nodes;
using Lintel.Transactions.Api;
using Microsoft.Extensions.Logging;

namespace Lintel.Node.Control;

/// <summary>
/// Control on one node: plans and applies specs, divides splits, and, on the node that leads the system split, keeps the
/// splits of declared databases as their records ask. Runs outside the store's context.
/// </summary>
internal sealed partial class ControlPlane
{
    private static readonly TimeSpan RoundEvery = TimeSpan.FromSeconds(2);
    private readonly StoreRuntime _runtime;
    private readonly ITransactionSource _transactions;
    private readonly DatabaseCatalog _databases;
    private readonly SplitControl _splits;
    private readonly DatabaseReconciler _reconciler;
    private readonly SpecApplication _application;
    private readonly Func<CancellationToken, Task<IReadOnlyList<NodeRecord>>> _nodes;
    private readonly NodeId _self;
    private readonly ILogger _log;
    private string _lastReport = "";

    private ControlPlane(
        StoreRuntime runtime, NodeId self, ITransactionSource transactions, NodeObservations observations, Func<CancellationToken, Task<IReadOnlyList<NodeRecord>>> nodes, ILogger log)
    {
        (_runtime, _self, _transactions, _nodes, _log) = (runtime, self, transactions, nodes, log);
        _databases = new DatabaseCatalog(transactions, new IdAllocator(transactions));
        _splits = new SplitControl(runtime.Environment, runtime.Router, transactions, self);
        _reconciler = new DatabaseReconciler(transactions, _splits, observations.ObserveAsync);
        _application = new SpecApplication(transactions, _databases, observations.ObserveAsync, _reconciler.FollowAsync);
        Services = new ControlServices(PlanAsync, ApplyAsync, DivideAsync, ListAsync);
    }

    /// <summary>What the HTTP door offers of it.</summary>
    public ControlServices Services { get; }

    /// <summary>Puts it together. <paramref name="nodes"/> reads the nodes' rows.</summary>
    public static async Task<ControlPlane> StartAsync(
        StoreRuntime runtime, NodeId self, string dataDirectory, ITransactionSource transactions, Func<CancellationToken, Task<IReadOnlyList<NodeRecord>>> nodes, ILogger log) =>
        new(runtime, self, transactions, await NodeObservations.StartAsync(runtime, dataDirectory, nodes), nodes, log);

    /// <summary>Reconciles again and again until cancelled, while this node leads the system split.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(RoundEvery, _runtime.Environment.Time, cancellation);
            if (!await _runtime.Context.CallAsync(() => _runtime.Store.Find(SplitId.System)?.Leading is { HoldsLease: true })) continue;
            try
            {
                Report(await _reconciler.RunAsync(cancellation));
            }
            catch (LintelException failure)
            {
                Report([failure.Error]);
            }
        }
    }

    private async Task<PlanAnswer> PlanAsync(string text, CancellationToken cancellation) =>
        Answer(await _application.PlanAsync(await SpecReader.ReadAsync(text, "the spec", cancellation), cancellation), applied: false);

    private async Task<PlanAnswer> ApplyAsync(string text, CancellationToken cancellation)
    {
        ImmutableArray<Spec> specs = await SpecReader.ReadAsync(text, "the spec", cancellation);
        return Answer(await _application.ApplyAsync(specs, cancellation), applied: true);
    }

    private static PlanAnswer Answer(SpecPlan plan, bool applied) => new(
        [.. plan.Steps.Select(step => step.Describe())], plan.Risks, [.. plan.Refusals.Select(ErrorBody.Of)], applied);

    private async Task<DivideAnswer> DivideAsync(DivideRequest request, CancellationToken cancellation)
    {
        IReadOnlyList<SplitDescriptor> all = await _splits.ListAsync(KeySpan.All, cancellation);
        SplitDescriptor split = all.FirstOrDefault(known => known.Split.Value == request.Split)
            ?? throw new LintelException(ErrorCode.NotFound, $"there is no split {request.Split}", null, "list them: lintel split list");
        Key at = request.Key is { } hex ? ReadKey(hex) : await MiddleAsync(split);
        if (!split.Span.Contains(at) || at == split.Span.Start)
        {
            throw new LintelException(
                ErrorCode.InvalidArgument, $"split {request.Split} cannot be divided at {Hex(at)}", $"its keys are {Hex(split.Span.Start)} to {Hex(split.Span.End)}");
        }

        await _splits.DivideAsync(at, cancellation);
        SplitDescriptor right = await _splits.FindAsync(at, cancellation);
        return new DivideAnswer(split.Split.Value, right.Split.Value, Hex(at));
    }

    // Meta and the cluster's records stay together.
    private async Task<Key> MiddleAsync(SplitDescriptor split)
    {
        KeySpan divisible = split.Span.Intersect(new KeySpan(KeySpace.RecordSpan.End, Key.Max));
        Key? middle = await _runtime.Context.CallAsync(() => SplitMiddle.FindAsync(_runtime.Store.Services, divisible));
        return middle ?? throw new LintelException(
            ErrorCode.FailedPrecondition, $"split {split.Split.Value} has no middle", "there is too little in it here, or no replica of it on this node", "say where: --key");
    }

    private static Key ReadKey(string hex)
    {
        try
        {
            return new Key(Convert.FromHexString(hex));
        }
        catch (FormatException malformed)
        {
            throw new LintelError(ErrorCode.InvalidArgument, $"'{hex}' is no key", malformed.Message, "write it as hexadecimal digits").ToException(malformed);
        }
    }

    private async Task<DatabaseList> ListAsync(CancellationToken cancellation)
    {
        IReadOnlyList<DatabasePlacement> placements;
        IReadOnlyList<DatabaseDescriptor> databases;
        await using (ISnapshotReader snapshot = await _transactions.SnapshotAsync(SnapshotBound.Strong, cancellation))
        {
            placements = await DatabasePlacement.Table.ListAsync(snapshot, cancellation);
            databases = await DatabaseCatalog.ListAsync(snapshot, cancellation);
        }

        var names = (await _nodes(cancellation)).ToDictionary(node => node.Id, node => node.Name);
        var lines = new List<DatabaseLine>();
        foreach (DatabaseDescriptor database in databases)
        {
            DatabasePlacement? placement = placements.FirstOrDefault(known => known.DatabaseId == database.Id);
            IReadOnlyList<SplitDescriptor> splits = await _splits.ListAsync(KeySpan.Prefix(KeySpace.DatabasePrefix(database.Id)), cancellation);
            lines.Add(new DatabaseLine(
                database.Name,
                database.Id,
                placement?.ResourceGroup ?? database.ResourceGroup ?? "",
                placement?.SplitPerTable ?? false,
                [.. splits.Select(split => split.Split.Value)],
                [.. splits.SelectMany(split => split.Replicas).Select(replica => replica.Node).Distinct().Order().Select(node => names.GetValueOrDefault(node, node.ToString()))]));
        }

        return new DatabaseList(lines);
    }

    // What stays wrong is said once, until something else is.
    private void Report(IReadOnlyList<LintelError> failures)
    {
        string report = string.Join("; ", failures);
        if (report != _lastReport && report.Length > 0) NotAsDeclared(_log, _self, report);
        _lastReport = report;
    }

    private static string Hex(Key key) => Convert.ToHexString(key.Span);

    [LoggerMessage(EventId = 7101, Level = LogLevel.Warning, Message = "node {Node}: the splits are not as declared: {Failures}")]
    private static partial void NotAsDeclared(ILogger log, NodeId node, string failures);
}
