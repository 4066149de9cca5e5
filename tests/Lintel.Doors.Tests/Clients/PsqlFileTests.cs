using System.Globalization;
using Lintel.DataDriven;
using Lintel.Doors.Tests.Session;
using Xunit;

namespace Lintel.Doors.Tests.Clients;

/// <summary>psql as it is: what is typed, and what it prints.</summary>
[Trait("tier", "1")]
public sealed class PsqlFileTests
{
    public static TheoryData<string> Files => new(DataFile.List("testdata/psql"));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task It_prints_what_the_file_says(string path)
    {
        Assert.SkipUnless(ClientProcess.Exists("psql"), "psql is not installed");
        await using DoorHost host = await DoorHost.StartAsync();
        DataFile.Run(path, command => command.Verb switch
        {
            "psql" => Psql(host, command),
            _ => throw command.UnknownVerb(),
        });
    }

    private static string Psql(DoorHost host, DataCommand command)
    {
        string[] connection =
        [
            "-X", "-h", "127.0.0.1", "-p", host.Port.ToString(CultureInfo.InvariantCulture), "-U", DoorWorld.Superuser,
            "-d", command.Text("db", "postgres"),
        ];
        IEnumerable<string> commands = command.InputLines.SelectMany(line => new[] { "-c", line });
        string printed = ClientProcess.RunAsync("psql", [.. connection, .. commands], null, ("PSQL_PAGER", ""), ("LC_ALL", "C.UTF-8"))
            .GetAwaiter().GetResult();
        return string.Join('\n', printed.Split('\n').Select(line => line.TrimEnd())).TrimEnd();
    }
}
