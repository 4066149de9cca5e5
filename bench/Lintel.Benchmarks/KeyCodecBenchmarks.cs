using BenchmarkDotNet.Attributes;
using Lintel.Primitives.Keys;

namespace Lintel.Benchmarks;

/// <summary>A primary key of an integer and a text, to ordered bytes and back.</summary>
public class KeyCodecBenchmarks
{
    private readonly OrderedKeyWriter _writer = new();
    private Key _encoded;

    /// <summary>One key to decode.</summary>
    [GlobalSetup]
    public void Setup() => _encoded = Encode();

    /// <summary>Two columns to bytes, and a key that owns them.</summary>
    [Benchmark]
    public Key Encode()
    {
        _writer.Clear();
        _writer.Raw(KeySpace.IndexPrefix(7, 42, 1).Span);
        _writer.Int64(123_456_789);
        _writer.Text("a customer's name");
        return _writer.ToKey();
    }

    /// <summary>Both columns back.</summary>
    [Benchmark]
    public long Decode()
    {
        var reader = new OrderedKeyReader(_encoded.Span[KeySpace.IndexPrefixLength..]);
        long id = reader.Int64();
        return id + reader.Text().Length;
    }
}
