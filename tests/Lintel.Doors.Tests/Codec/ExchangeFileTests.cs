using Lintel.DataDriven;
using Lintel.Doors.Postgres.Codec;
using Xunit;

namespace Lintel.Doors.Tests.Codec;

/// <summary>Bytes of the protocol as text files: what a client sends, decoded; what the server says, in hex.</summary>
public sealed class ExchangeFileTests
{
    public static TheoryData<string> Files => new(DataFile.List("testdata/frames"));

    [Theory]
    [MemberData(nameof(Files))]
    public void Bytes_mean_what_the_file_says(string path) => DataFile.Run(path, command => command.Verb switch
    {
        "client" => FrontendText.Decode(Hex(command), new FrameLimits()),
        "startup" => FrontendText.DecodeStartup(Hex(command)),
        "server" => BackendText.Dump(BackendText.Encode(command.InputLines)),
        _ => throw command.UnknownVerb(),
    });

    private static byte[] Hex(DataCommand command)
    {
        IEnumerable<string> words = command.InputLines.Select(line => line.Split('#')[0])
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return Convert.FromHexString(string.Concat(words));
    }
}
