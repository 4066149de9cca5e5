using System.Globalization;
using Lintel.ClusterSimulation.Runs;
using Lintel.ClusterSimulation.Workloads;

const string Usage = """
    Runs the whole cluster in simulation.

      --workload NAME   one workload (all of them in turn when not given)
      --seed N          the seed (of the first run)
      --seeds N         as many runs, from the seed on, until one finds something
      --bug NAME        plants a bug
      --seconds N       how long faults last, in virtual time
      --lying-clocks    clocks leave their bounds without saying so (for the set workload)
      --keep-going      goes on after a run that found something

    Exit status: 0 when every run was clean, 1 when one found something, 2 for wrong arguments.
    """;

string? workload = null;
ulong seed = 1;
int seeds = 1;
double seconds = 5;
bool keepGoing = false;
bool clocksLie = false;
Bug bug = Bug.None;
for (int i = 0; i < args.Length; i++)
{
    string Value() => i + 1 < args.Length ? args[++i] : throw new ArgumentException($"{args[i]} needs a value");
    switch (args[i])
    {
        case "--workload": workload = Value(); break;
        case "--seed": seed = ulong.Parse(Value(), CultureInfo.InvariantCulture); break;
        case "--seeds": seeds = int.Parse(Value(), CultureInfo.InvariantCulture); break;
        case "--seconds": seconds = double.Parse(Value(), CultureInfo.InvariantCulture); break;
        case "--bug": bug = Enum.Parse<Bug>(Value()); break;
        case "--lying-clocks": clocksLie = true; break;
        case "--keep-going": keepGoing = true; break;
        default:
            Console.Error.WriteLine(Usage);
            return args[i] == "--help" ? 0 : 2;
    }
}

IReadOnlyList<string> workloads = workload is null ? WorkloadCatalog.Names : [workload];
int found = 0;
for (int i = 0; i < seeds && (found == 0 || keepGoing); i++)
{
    var options = new RunOptions(workloads[i % workloads.Count], seed + (ulong)i)
    {
        Bug = bug, ClocksLie = clocksLie, Duration = TimeSpan.FromSeconds(seconds),
    };
    RunReport report = SimulationRun.Execute(options);
    Console.WriteLine(report);
    if (!report.IsClean) found++;
}

Console.WriteLine($"{found} of the runs found something");
return found == 0 ? 0 : 1;
