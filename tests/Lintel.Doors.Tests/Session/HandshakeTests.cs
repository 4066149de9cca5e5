using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lintel.Doors.Postgres.Session;
using Lintel.Doors.Tests.Codec;
using Xunit;

namespace Lintel.Doors.Tests.Session;

/// <summary>TLS requests and authentication, as bytes.</summary>
public sealed class HandshakeTests
{
    private static readonly byte[] SslRequest = FrontendEncoder.Packet(packet => packet.Int32((1234 << 16) | 5679));
    private static readonly byte[] GssRequest = FrontendEncoder.Packet(packet => packet.Int32((1234 << 16) | 5680));

    [Fact]
    public async Task Encryption_is_declined_in_a_byte_and_the_session_goes_on_in_clear()
    {
        DoorWorld world = await DoorWorld.StartAsync();
        await using PipedClient client = PipedClient.Connect(world.Door);
        await client.SendAsync(GssRequest);
        Assert.Equal((byte)'N', await client.ReadByteAsync());
        await client.SendAsync(SslRequest);
        Assert.Equal((byte)'N', await client.ReadByteAsync());
        await client.SendAsync(FrontendEncoder.Startup("user", DoorWorld.Superuser, "database", "postgres"));
        Assert.Equal("ReadyForQuery I", ServerText.Describe((await client.ReadUntilAsync('Z'))[^1]));
    }

    [Fact]
    public async Task What_stands_in_clear_behind_a_request_for_tls_is_not_listened_to()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate =
            new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        DoorWorld world = await DoorWorld.StartAsync(new DoorOptions { TrustLoopback = true, Certificate = certificate });
        await using PipedClient client = PipedClient.Connect(world.Door);
        await client.SendAsync(SslRequest.Concat(FrontendEncoder.Startup("user", DoorWorld.Superuser)).ToArray());
        Assert.Equal(
            "ErrorResponse S=FATAL; C=08P01; M=received unencrypted data after SSL request",
            ServerText.Describe(await client.ReadUntilAsync('Z')));
    }

    [Fact]
    public async Task Trust_ends_at_the_machine()
    {
        DoorWorld world = await DoorWorld.StartAsync(new DoorOptions { TrustLoopback = true });
        foreach (string near in new[] { "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1" })
            Assert.Equal("AuthenticationOk", await FirstAnswerAsync(world, near, DoorWorld.Superuser));
        foreach (string far in new[] { "10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1" })
            Assert.Equal("AuthenticationSASL SCRAM-SHA-256", await FirstAnswerAsync(world, far, DoorWorld.Superuser));
    }

    [Fact]
    public async Task A_user_that_does_not_exist_looks_like_a_wrong_password()
    {
        DoorWorld world = await DoorWorld.StartAsync(new DoorOptions());
        string stranger = await AttemptAsync(world, "stranger");
        Assert.Equal(
            "AuthenticationSASL SCRAM-SHA-256\nAuthenticationSASLContinue\n"
            + "ErrorResponse S=FATAL; C=28P01; M=password authentication failed for user \"stranger\"",
            stranger);
        string known = await AttemptAsync(world, DoorWorld.Superuser);
        Assert.Equal(stranger.Replace("stranger", DoorWorld.Superuser, StringComparison.Ordinal), known);
    }

    [Fact]
    public async Task Another_mechanism_and_another_message_are_refused()
    {
        DoorWorld world = await DoorWorld.StartAsync(new DoorOptions());
        await using PipedClient client = await AskedForPasswordAsync(world, DoorWorld.Superuser);
        await client.SendAsync(FrontendEncoder.Message('p', bytes => bytes.Text("PLAIN").Int32(-1)));
        Assert.StartsWith("ErrorResponse S=FATAL; C=08P01", ServerText.Describe(await client.ReadUntilAsync('E')), StringComparison.Ordinal);
        await using PipedClient eager = await AskedForPasswordAsync(world, DoorWorld.Superuser);
        await eager.SendAsync(ClientScript.Encode(["Q SELECT 1"]));
        Assert.StartsWith("ErrorResponse S=FATAL; C=08P01", ServerText.Describe(await eager.ReadUntilAsync('E')), StringComparison.Ordinal);
    }

    private static async Task<string> FirstAnswerAsync(DoorWorld world, string from, string user)
    {
        await using PipedClient client = PipedClient.Connect(world.Door, IPAddress.Parse(from));
        await client.SendAsync(FrontendEncoder.Startup("user", user, "database", "postgres"));
        return ServerText.Describe((await client.ReadMessageAsync())!);
    }

    private static async Task<PipedClient> AskedForPasswordAsync(DoorWorld world, string user)
    {
        PipedClient client = PipedClient.Connect(world.Door);
        await client.SendAsync(FrontendEncoder.Startup("user", user, "database", "postgres"));
        await client.ReadMessageAsync();
        return client;
    }

    private static async Task<string> AttemptAsync(DoorWorld world, string user)
    {
        await using PipedClient client = PipedClient.Connect(world.Door);
        await client.SendAsync(FrontendEncoder.Startup("user", user, "database", "postgres"));
        var heard = new List<byte[]> { (await client.ReadMessageAsync())! };
        byte[] first = Encoding.ASCII.GetBytes("n,,n=,r=abc");
        await client.SendAsync(FrontendEncoder.Message('p', bytes => bytes.Text("SCRAM-SHA-256").Int32(first.Length).Bytes(first)));
        byte[] challenge = (await client.ReadMessageAsync())!;
        heard.Add(challenge);
        string nonce = Encoding.ASCII.GetString(challenge.AsSpan(9)).Split(',')[0];
        string final = $"c=biws,{nonce},p={Convert.ToBase64String(new byte[32])}";
        await client.SendAsync(FrontendEncoder.Message('p', bytes => bytes.Bytes(Encoding.ASCII.GetBytes(final))));
        heard.AddRange(await client.ReadUntilAsync('Z'));
        return ServerText.Describe(heard);
    }
}
