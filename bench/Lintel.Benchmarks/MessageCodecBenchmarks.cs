using BenchmarkDotNet.Attributes;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;

namespace Lintel.Benchmarks;

/// <summary>An append of four entries of 200 bytes, to bytes and back.</summary>
public class MessageCodecBenchmarks
{
    private readonly WireWriter _writer = new(4096);
    private RaftMessage _message;
    private ReadOnlyMemory<byte> _encoded;

    /// <summary>The message.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _message = new RaftMessage
        {
            Kind = RaftMessageKind.Append,
            From = new NodeId(1),
            To = new NodeId(2),
            Term = new Term(7),
            Index = new LogIndex(1000),
            LogTerm = new Term(7),
            Commit = new LogIndex(998),
            Entries = Enumerable.Range(1, 4)
                .Select(i => new LogEntry(new Term(7), new LogIndex(1000 + (ulong)i), EntryKind.Normal, new byte[200])).ToArray(),
        };
        var writer = new WireWriter(4096);
        RaftMessageCodec.Write(writer, _message);
        _encoded = writer.Written.ToArray();
    }

    /// <summary>To bytes.</summary>
    [Benchmark]
    public int Encode()
    {
        _writer.Clear();
        RaftMessageCodec.Write(_writer, _message);
        return _writer.Length;
    }

    /// <summary>From bytes; the entries refer to them.</summary>
    [Benchmark]
    public int Decode()
    {
        var reader = new WireReader(_encoded);
        return RaftMessageCodec.Read(ref reader).Entries.Length;
    }
}
