using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace Lintel.Doors.Tests.Clients;

/// <summary>node-postgres, where node and npm are there.</summary>
[Trait("tier", "1")]
public sealed class NodePostgresTests
{
    private const string Expected = """
        one: [{"n":1}]
        several: [[{"a":1}],[{"b":2}]]
        insert: 1
        null: 1
        rows: [{"id":1,"name":"one","at":"1970-01-01T00:00:00.000Z","big":"9007199254740993"},{"id":2,"name":null,"at":null,"big":null}]
        named: [[{"name":"one"}],[{"name":"one"}]]
        error: ["42P01","15","ERROR"]
        duplicate: ["23505","node_pkey","node"]
        zero: "22012"
        failed: "25P02"
        end: "ROLLBACK"
        cursor: [[{"id":1}],[{"id":2}]]
        """;

    [Fact]
    public async Task It_finds_what_it_finds_in_PostgreSQL()
    {
        Assert.SkipUnless(ClientProcess.Exists("node") && ClientProcess.Exists("npm"), "node and npm are not installed");
        string folder = Directory.CreateTempSubdirectory("lintel-node-").FullName;
        try
        {
            string installed = await ClientProcess.RunAsync(
                "npm", ["install", "--no-audit", "--no-fund", "--silent", "pg@8", "pg-cursor@2"], folder);
            Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "pg")), $"npm cannot install pg: {installed}");
            File.Copy(Script(), Path.Combine(folder, "session.js"));
            await using DoorHost host = await DoorHost.StartAsync();
            string printed = await ClientProcess.RunAsync(
                "node", ["session.js", host.Port.ToString(CultureInfo.InvariantCulture)], folder);
            Assert.Equal(Expected, printed.TrimEnd());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Script([CallerFilePath] string caller = "") =>
        Path.Combine(Path.GetDirectoryName(caller)!, "../testdata/node/session.js");
}
