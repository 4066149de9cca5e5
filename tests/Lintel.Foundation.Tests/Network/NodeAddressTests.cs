using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Foundation.Tests.Network;

/// <summary>Addresses of nodes, and the book they are kept in.</summary>
public sealed class NodeAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:7001", "127.0.0.1", 7001)]
    [InlineData("node-a.example:1", "node-a.example", 1)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void An_address_is_read_and_written(string text, string host, int port)
    {
        var address = NodeAddress.Parse(text);
        Assert.Equal(new NodeAddress(host, port), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData(":7001")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:x")]
    [InlineData("::1:7001")]
    public void Anything_else_is_refused(string text) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<LintelException>(() => NodeAddress.Parse(text)).Error.Code);

    [Fact]
    public void The_book_knows_what_was_set_last()
    {
        var book = new AddressBook();
        NodeId node = new(1);
        Assert.False(book.TryFind(node, out _));
        book.Set(node, new NodeAddress("a", 1));
        book.Set(node, new NodeAddress("b", 2));
        Assert.True(book.TryFind(node, out NodeAddress address));
        Assert.Equal("b", address.Host);
        book.Remove(node);
        Assert.Empty(book.Addresses);
    }
}
