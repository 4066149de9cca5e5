using Lintel.DataDriven;
using Lintel.Doors.Postgres.Codec;
using Lintel.Doors.Postgres.Session;
using Lintel.Doors.Tests.Codec;
using Xunit;

namespace Lintel.Doors.Tests.Session;

/// <summary>Whole conversations as text: what a client sends, and every message that comes back.</summary>
public sealed class SessionFileTests
{
    public static TheoryData<string> Files => new(DataFile.List("testdata/sessions"));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_door_answers_as_the_file_says(string path)
    {
        DoorWorld world = await DoorWorld.StartAsync(new DoorOptions
        {
            TrustLoopback = true,
            SessionsMax = 3,
            Frames = new FrameLimits { MessageBytesMax = 1 << 20 },
        });
        var clients = new Dictionary<string, PipedClient>(StringComparer.Ordinal);
        try
        {
            DataFile.Run(path, command => RunAsync(world, clients, command).GetAwaiter().GetResult());
        }
        finally
        {
            foreach (PipedClient client in clients.Values) await client.DisposeAsync();
        }
    }

    private static async Task<string> RunAsync(DoorWorld world, Dictionary<string, PipedClient> clients, DataCommand command)
    {
        string name = command.Words.Count > 0 ? command.Word(0) : "client";
        switch (command.Verb)
        {
            case "connect":
                PipedClient client = clients[name] = PipedClient.Connect(world.Door);
                await client.SendAsync(Startup(command));
                List<byte[]> greeting = await client.ReadUntilAsync('Z');
                bool isLoud = command.Has("loud");
                return ServerText.Describe(greeting.Where(message => isLoud || message[0] is (byte)'E' or (byte)'Z' or (byte)'v'));
            case "packet":
                clients[name] = PipedClient.Connect(world.Door);
                await clients[name].SendAsync(Convert.FromHexString(string.Concat(command.InputLines).Replace(" ", "", StringComparison.Ordinal)));
                return ServerText.Describe(await clients[name].ReadUntilAsync('Z'));
            case "send":
                await clients[name].SendAsync(ClientScript.Encode(command.InputLines));
                string until = command.Text("until", "Z");
                int count = until == "Z" ? (int)command.Number("answers", ClientScript.Answers(command.InputLines)) : 1;
                List<byte[]> answers = await clients[name].ReadUntilAsync(until[0], Math.Max(1, count));
                return ServerText.Describe(answers) + (answers.Count == 0 || answers[^1][0] != (byte)until[0] ? "\nclosed" : "");
            default:
                throw command.UnknownVerb();
        }
    }

    private static byte[] Startup(DataCommand command)
    {
        var words = new List<string> { "user", command.Text("user", DoorWorld.Superuser), "database", command.Text("database", "postgres") };
        foreach (string line in command.InputLines)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            words.AddRange([line[..equals], line[(equals + 1)..]]);
        }

        return FrontendEncoder.Startup([.. words]);
    }
}
