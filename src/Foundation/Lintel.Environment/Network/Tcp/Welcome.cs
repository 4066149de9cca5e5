using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.Network.Tcp;

/// <summary>What the side that was connected to answers.</summary>
/// <param name="From">Who it is.</param>
/// <param name="Incarnation">Which of its lives.</param>
/// <param name="Refusal">Why the connection is closed now; null when it is welcome.</param>
public sealed record Welcome(NodeId From, ulong Incarnation, LintelError? Refusal)
{
    internal void Write(WireWriter writer)
    {
        writer.Fixed64(From.Value);
        writer.Fixed64(Incarnation);
        writer.Bool(Refusal is not null);
        if (Refusal is not null) ErrorCodec.Write(writer, Refusal);
    }

    internal static Welcome Read(ref WireReader reader) => new(
        new NodeId(reader.Fixed64()), reader.Fixed64(), reader.Bool() ? ErrorCodec.Read(ref reader) : null);
}
