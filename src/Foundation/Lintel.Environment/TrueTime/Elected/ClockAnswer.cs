using Lintel.Primitives.Codec;
using Lintel.Primitives.Time;

namespace Lintel.Environment.TrueTime.Elected;

/// <summary>What a node answers when another asks for its time.</summary>
/// <param name="IsBounded">Whether it knows the cluster's time; the interval means nothing otherwise.</param>
/// <param name="Interval">The instant lay in it when the question was answered.</param>
/// <param name="SourceEpoch">Which of its terms as the source this is; zero when it is not the source.</param>
public readonly record struct ClockAnswer(bool IsBounded, TrueTimeInterval Interval, ulong SourceEpoch)
{
    /// <summary>Encodes the answer.</summary>
    public byte[] Encode()
    {
        var writer = new WireWriter(25);
        writer.Bool(IsBounded);
        writer.Fixed64((ulong)Interval.Earliest.Nanoseconds);
        writer.Fixed64((ulong)Interval.Latest.Nanoseconds);
        writer.Fixed64(SourceEpoch);
        return writer.ToArray();
    }

    /// <summary>Decodes an answer; malformed bytes are a LintelException of Corruption.</summary>
    public static ClockAnswer Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var answer = new ClockAnswer(
            reader.Bool(), new TrueTimeInterval(new Timestamp((long)reader.Fixed64()), new Timestamp((long)reader.Fixed64())), reader.Fixed64());
        reader.End();
        return answer;
    }
}
