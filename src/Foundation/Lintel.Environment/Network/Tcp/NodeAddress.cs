using System.Globalization;
using System.Net;
using Lintel.Primitives.Errors;

namespace Lintel.Environment.Network.Tcp;

/// <summary>Where a node listens: a host name or IP address, and a TCP port.</summary>
public readonly record struct NodeAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets. Anything else is InvalidArgument.</summary>
    public static NodeAddress Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) host = "";
        if (host.Length > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= IPEndPoint.MaxPort)
        {
            return new NodeAddress(host, port);
        }

        throw new LintelException(
            ErrorCode.InvalidArgument, $"'{text}' is no address", null, "write host:port, for example 127.0.0.1:7001 or [::1]:7001");
    }

    /// <summary>The address as a socket takes it: names are resolved at each connect.</summary>
    internal EndPoint ToEndPoint() => IPAddress.TryParse(Host, out IPAddress? address) ? new IPEndPoint(address, Port) : new DnsEndPoint(Host, Port);

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
