using Lintel.ClusterSimulation.Checkers;
using Lintel.ClusterSimulation.Clients;
using Lintel.ClusterSimulation.Cluster;
using Lintel.ClusterSimulation.Faults;
using Lintel.ClusterSimulation.Workloads;
using Lintel.Primitives.Random;
using Lintel.Simulation;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Histories;
using Lintel.Simulation.Nodes;
using Lintel.Splits;

namespace Lintel.ClusterSimulation.Runs;

/// <summary>
/// One run of one workload over one cluster: set up, clients under faults, everything made good, progress required, all
/// replicas equal, the end state read, power lost everywhere at once, and the end state read again.
/// </summary>
public sealed class SimulationRun
{
    private const int Clients = 5;

    // A transfer of a snapshot whose last part was lost waits for a minute before it is begun anew.
    private static readonly TimeSpan Agreement = TimeSpan.FromSeconds(90);

    // What a lying clock has stamped ahead of time shows when that time has come.
    private static readonly TimeSpan Lies = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Allowed = TimeSpan.FromMinutes(5);
    private readonly RunOptions _options;
    private readonly SimulatedCluster _cluster;
    private readonly Workload _workload;
    private readonly FaultPlan _plan;
    private readonly FaultInjector _faults;
    private readonly SnapshotLedger _ledger;
    private readonly History<CommitStamp> _commits;
    private readonly Client[] _clients;
    private readonly Client _auditor;
    private readonly int _cutsAtStart;
    private bool _isHealed;

    private SimulationRun(RunOptions options)
    {
        _options = options;
        Prng random = Prng.ForPurpose(options.Seed, "run");
        _cluster = new SimulatedCluster(new ClusterOptions(options.Seed, random.Chance(0.15) ? 3 : 5)
        {
            Splits = RunLimits.Splits(random) with { Planted = PlantedOf(options.Bug) },
            Gateway = RunLimits.Gateway(random),
            LosesSyncs = options.Bug == Bug.LostSync,
            TearsBatches = options.Bug == Bug.AppliedAheadOfData,
            IsDetailed = options.IsDetailed,
        });
        World world = _cluster.World;
        _workload = WorkloadCatalog.Make(options.Workload, world);
        _cutsAtStart = random.Next(_workload.Cuts.Count + 1);
        _plan = FaultPlan.Draw(random, AlwaysOf(options));
        _cluster.Invariants.ChecksLeases = !options.ClocksLie;
        _faults = new FaultInjector(_cluster, _plan, _workload.Cuts);
        _ledger = new SnapshotLedger(_cluster, _workload.Span);
        _commits = new History<CommitStamp>(() => world.TrueNow);
        _clients = [.. Enumerable.Range(0, Clients).Select(number => new Client(_cluster, number, _commits))];
        _auditor = new Client(_cluster, Clients, _commits);
    }

    /// <summary>Does a run.</summary>
    public static RunReport Execute(RunOptions options)
    {
        var run = new SimulationRun(options);
        string? failure = null;
        try
        {
            run._cluster.World.Run(run.PlayAsync, Allowed);
            failure = run.Verdict();
        }
        catch (Exception found)
        {
            failure = run.Verdict() is { } verdict ? $"{found}\n{verdict}" : found.ToString();
        }

        World world = run._cluster.World;
        if (failure is not null && !options.IsDetailed) failure = $"{failure}\n--- the end of the trace ---\n{world.Trace.Tail(40)}";
        return new RunReport(options, failure, run.Describe(), world.Trace.Hash, world.Elapsed, world.EventCount);
    }

    private static FaultKind[] AlwaysOf(RunOptions options) =>
        options.ClocksLie ? [FaultKind.ClockLie]
        : options.Workload == WorkloadCatalog.Churn ? [FaultKind.Divide, FaultKind.Transfer, FaultKind.Move]
        : [];

    private static PlantedBug PlantedOf(Bug bug) => bug switch
    {
        Bug.NoCommitWait => PlantedBug.NoCommitWait,
        Bug.OverlappingLeases => PlantedBug.OverlappingLeases,
        Bug.ForgottenPrepare => PlantedBug.ForgottenPrepare,
        Bug.ForgottenReadLock => PlantedBug.ForgottenReadLock,
        Bug.EarlySafeTime => PlantedBug.EarlySafeTime,
        _ => PlantedBug.None,
    };

    private async Task PlayAsync()
    {
        await _cluster.Ready();
        await _cluster.DivideAllAsync(_workload.Cuts.Take(_cutsAtStart));
        await _workload.SetUpAsync(_auditor);
        _cluster.World.Note("run", $"{_cluster.Nodes.Count} nodes, {_cutsAtStart} divisions, {_plan}");
        _faults.SetClocks();
        _faults.Begin();
        var work = new List<Task>();
        foreach (Client client in _clients) work.Add(WorkAsync(client));
        work.Add(AuditAsync());
        await _cluster.Pause(_options.Duration);
        _faults.Heal();
        await ProgressAsync();
        _isHealed = true;
        await Task.WhenAll(work);
        await SettleAsync();
        if (_options.ClocksLie) await _cluster.Pause(Lies);
        await FinishAsync();
        await LosePowerAsync();
        await FinishAsync();
    }

    private async Task WorkAsync(Client client)
    {
        while (!_isHealed)
        {
            await _workload.StepAsync(client);
            await _cluster.Pause(client.Random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(60)));
        }
    }

    private async Task AuditAsync()
    {
        while (!_isHealed)
        {
            await _ledger.StepAsync(_auditor);
            await _cluster.Pause(_auditor.Random.Between(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(120)));
        }
    }

    // Once everything is good again, every client gets something done.
    private Task ProgressAsync()
    {
        int[] before = [.. _clients.Select(client => client.OkCount)];
        return _cluster.Until(
            () => _clients.All(client => client.OkCount >= before[client.Number] + 3),
            TimeSpan.FromSeconds(30),
            "progress of every client");
    }

    private async Task SettleAsync()
    {
        try
        {
            await _cluster.Until(
                () => _cluster.Invariants.Unsettled() is null, Agreement, "agreement of all replicas");
        }
        catch (NoProgressException late)
        {
            throw new NoProgressException($"{late.Message}: {_cluster.Invariants.Unsettled()}\n{_cluster.Invariants.Describe()}");
        }
    }

    private async Task FinishAsync()
    {
        int before = _auditor.OkCount;
        await _workload.FinishAsync(_auditor);
        await _ledger.FinishAsync(_auditor);
        if (_auditor.OkCount == before) throw new NoProgressException("the end state could not be read");
    }

    private async Task LosePowerAsync()
    {
        foreach (ClusterNode node in _cluster.Nodes) node.Machine.Crash(CrashKind.Power);
        await _cluster.Pause(TimeSpan.FromMilliseconds(500));
        foreach (ClusterNode node in _cluster.Nodes) node.Machine.Start();
        await _cluster.Ready();
        await SettleAsync();
    }

    private string? Verdict()
    {
        Anomaly[] anomalies = _options.ClocksLie ? [.. _workload.CheckEnd()] :
        [
            .. _workload.Check(), .. _ledger.Anomalies, .. CommitOrderChecker.Check(_commits, static stamp => stamp.At),
        ];
        return anomalies.Length == 0 ? null : string.Join('\n', anomalies.Take(3));
    }

    private string Describe() =>
        $"{_cluster.Nodes.Count} nodes, {_plan}; {_workload.Summary}, {_commits.OkCount} commits, {_ledger.Compared} snapshots compared";
}
