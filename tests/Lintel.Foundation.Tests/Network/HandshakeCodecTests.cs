using System.Buffers;
using CsCheck;
using Lintel.Environment.Network;
using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Foundation.Tests.Network;

/// <summary>The greeting between nodes, as bytes.</summary>
public sealed class HandshakeCodecTests
{
    private static readonly Hello Greeting = new(
        new ClusterId(new Guid("00112233-4455-6677-8899-aabbccddeeff")), new NodeId(3), 77, new NodeId(1), NetworkLane.Bulk);

    [Fact]
    public void A_hello_is_read_as_it_was_written_and_what_follows_is_left()
    {
        var source = new ReadOnlySequence<byte>([.. HandshakeCodec.Encode(Greeting), 9, 9]);
        Assert.Equal(Greeting, HandshakeCodec.TryReadHello(ref source));
        Assert.Equal(2, source.Length);
    }

    [Fact]
    public void A_welcome_and_a_refusal_are_read_as_they_were_written()
    {
        Welcome[] welcomes =
        [
            new(new NodeId(1), 5, null),
            new(new NodeId(1), 5, new LintelError(ErrorCode.WrongCluster, "no", "because", null, "details")),
        ];
        foreach (Welcome welcome in welcomes)
        {
            var source = new ReadOnlySequence<byte>(HandshakeCodec.Encode(welcome));
            Assert.Equal(welcome, HandshakeCodec.TryReadWelcome(ref source));
        }
    }

    [Fact]
    public void Bytes_of_version_1_stay_readable()
    {
        byte[] committed = Convert.FromHexString(
            "4C4E544C01002900" + "85FD332F" + "33221100554477668899AABBCCDDEEFF" + "0300000000000000" + "4D00000000000000" + "0100000000000000" + "01");
        Assert.Equal(Convert.ToHexString(HandshakeCodec.Encode(Greeting)), Convert.ToHexString(committed));
    }

    [Fact]
    public void Every_prefix_needs_more()
    {
        byte[] bytes = HandshakeCodec.Encode(Greeting);
        for (int length = 0; length < bytes.Length; length++)
        {
            var source = new ReadOnlySequence<byte>(bytes, 0, length);
            Assert.Null(HandshakeCodec.TryReadHello(ref source));
            Assert.Equal(length, source.Length);
        }
    }

    [Fact]
    public void Another_version_is_told_apart_from_garbage()
    {
        byte[] bytes = HandshakeCodec.Encode(Greeting);
        bytes[4] = 9;
        Assert.Equal(ErrorCode.WrongCluster, Refusal(bytes).Code);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("G")]
    [InlineData("\u0016\u0003\u0001 tls")]
    public void Another_protocol_is_refused_at_its_first_bytes(string text) =>
        Assert.Equal(ErrorCode.Corruption, Refusal(System.Text.Encoding.Latin1.GetBytes(text)).Code);

    [Fact]
    public void A_changed_byte_never_changes_what_is_read()
    {
        byte[] good = HandshakeCodec.Encode(Greeting);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, flip) =>
            {
                byte[] bad = [.. good];
                bad[at] ^= flip;
                var source = new ReadOnlySequence<byte>(bad);
                try
                {
                    Assert.Null(HandshakeCodec.TryReadHello(ref source));
                }
                catch (LintelException refused)
                {
                    Assert.True(refused.Error.Code is ErrorCode.Corruption or ErrorCode.WrongCluster);
                }
            },
            iter: 3_000, threads: 1);
    }

    private static LintelError Refusal(byte[] bytes) => Assert.Throws<LintelException>(() =>
    {
        var source = new ReadOnlySequence<byte>(bytes);
        HandshakeCodec.TryReadHello(ref source);
    }).Error;
}
