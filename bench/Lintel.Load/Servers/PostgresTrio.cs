using System.Globalization;

namespace Lintel.Load.Servers;

/// <summary>
/// PostgreSQL 15 as Debian ships it: a primary and two standbys by streaming replication, a commit waits for the local
/// disk and for any one of the standbys (<c>synchronous_standby_names = 'ANY 1 (...)'</c>), everything else at its
/// default. It does not run as root, so root hands it to the user postgres.
/// </summary>
internal sealed class PostgresTrio : IBenchServer
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";
    private readonly string _folder;
    private readonly int _port;

    private PostgresTrio(string folder, int port)
    {
        _folder = folder;
        _port = port;
    }

    public string Name => "PostgreSQL 15";

    public string Database => "bank";

    public IReadOnlyList<string> Connection => ["-h", "127.0.0.1", "-p", PortText(0), "-U", "postgres"];

    public double CpuSeconds => ProcessTree.CpuSeconds(Roots());

    public long ResidentBytes => ProcessTree.ResidentBytes(Roots());

    public static async Task<PostgresTrio> StartAsync(string folder, int port)
    {
        if (!File.Exists($"{Binaries}/initdb"))
            throw new BenchmarkException($"PostgreSQL 15 is not in {Binaries}: install the Debian package postgresql-15");
        var trio = new PostgresTrio(folder, port);
        Directory.CreateDirectory(folder);
        if (Environment.UserName == "root") await Shell.RunAsync("chown", ["postgres", folder]);
        await trio.AsServerAsync("initdb", "-D", trio.DataOf(0), "-A", "trust", "-U", "postgres", "--no-sync");
        await File.AppendAllTextAsync(
            $"{trio.DataOf(0)}/postgresql.conf",
            $"""

            listen_addresses = '127.0.0.1'
            unix_socket_directories = '{folder}'
            synchronous_standby_names = 'ANY 1 (node1, node2)'
            synchronous_commit = on
            max_connections = 200

            """);
        await trio.StartOneAsync(0);
        for (int standby = 1; standby <= 2; standby++)
        {
            await trio.AsServerAsync(
                "pg_basebackup", "-D", trio.DataOf(standby), "-R", "-X", "stream", "-c", "fast", "-d",
                $"host=127.0.0.1 port={trio.PortText(0)} user=postgres application_name=node{standby}");
            await trio.StartOneAsync(standby);
        }

        await Shell.RunAsync($"{Binaries}/createdb", [.. trio.Connection, trio.Database]);
        return trio;
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = 2; i >= 0; i--)
            await AsServerAsync(mayFail: true, "pg_ctl", "-D", DataOf(i), "-m", "immediate", "-w", "stop");
    }

    private Task StartOneAsync(int index) => AsServerAsync(
        "pg_ctl", "-D", DataOf(index), "-w", "-l", $"{_folder}/{index}.log", "-o", $"-p {PortText(index)}", "start");

    private Task AsServerAsync(params string[] command) => AsServerAsync(mayFail: false, command);

    private async Task AsServerAsync(bool mayFail, params string[] command)
    {
        string program = $"{Binaries}/{command[0]}";
        if (Environment.UserName == "root")
            await Shell.RunAsync("runuser", ["-u", "postgres", "--", program, .. command[1..]], _folder, mayFail);
        else
            await Shell.RunAsync(program, command[1..], _folder, mayFail);
    }

    private IEnumerable<int> Roots()
    {
        for (int i = 0; i < 3; i++)
            yield return int.Parse(File.ReadLines($"{DataOf(i)}/postmaster.pid").First(), CultureInfo.InvariantCulture);
    }

    private string DataOf(int index) => $"{_folder}/data{index}";

    private string PortText(int index) => (_port + index).ToString(CultureInfo.InvariantCulture);
}
