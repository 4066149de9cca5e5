using Lintel.DataDriven;
using Lintel.Sql.Catalog.Leases;
using Lintel.Sql.Session;

namespace Lintel.Sql.Tests.Session;

/// <summary>
/// Sessions as transcripts. Verbs: <c>sql [session]</c> is a simple Query with the text below it; <c>prepare NAME</c>,
/// <c>bind PORTAL STATEMENT values=(..)</c>, <c>execute PORTAL max=n alone</c>, <c>sync</c> are the extended protocol;
/// <c>data</c> is what the next COPY FROM STDIN gets; <c>advance ms=n</c> moves time. Each ends with what
/// ReadyForQuery says, where it is sent.
/// </summary>
public sealed class TranscriptTests
{
    public static TheoryData<string> Files => new(DataFile.List("Session/testdata"));

    [Theory]
    [MemberData(nameof(Files))]
    public void The_session_does_what_the_transcript_says(string file)
    {
        var world = new SessionWorld();
        DataFile.Run(file, command => HandleAsync(world, command).GetAwaiter().GetResult());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void It_does_the_same_going_by_schema_leases(string file)
    {
        var world = new SessionWorld(leases: SchemaLeaseOptions.Default(null));
        DataFile.Run(file, command => HandleAsync(world, command).GetAwaiter().GetResult());
    }

    private static async Task<string> HandleAsync(SessionWorld world, DataCommand command)
    {
        TestClient client = await world.ClientAsync(command.Text("session", "a"), command.Text("database", "postgres"));
        switch (command.Verb)
        {
            case "sql":
                return await client.QueryAsync(command.Input);
            case "data":
                client.CopyInput = command.Input.Length == 0 ? "" : command.Input + "\n";
                return "";
            case "prepare":
                return await client.PrepareAsync(
                    Name(command.Word(0)), command.Input, [.. command.List("oids").Select(uint.Parse)]);
            case "bind":
                string?[] values = [.. command.List("values").Select(v => v == "NULL" ? null : v)];
                return await client.BindAsync(Name(command.Word(0)), Name(command.Word(1)), values);
            case "execute":
                return await client.ExecuteAsync(
                    Name(command.Word(0)), command.Number("max", 0),
                    command.Has("alone") ? ExecuteHint.SyncFollows : ExecuteHint.None);
            case "sync":
                return await client.SyncAsync();
            case "advance":
                world.Time.Advance(TimeSpan.FromMilliseconds(command.Number("ms")));
                return "";
            default:
                throw command.Wrong("no such verb");
        }
    }

    private static string Name(string word) => word == "unnamed" ? "" : word;
}
