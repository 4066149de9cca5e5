using System.Globalization;

namespace Lintel.Simulation.Tracing;

/// <summary>
/// What happened in a world: a hash over everything (equal for equal seeds, on every machine) and the last lines for
/// people. A detailed trace also writes each frame and each disk operation.
/// </summary>
public sealed class Trace(bool detailed, int linesKept = 4_000)
{
    private readonly Queue<string> _lines = new();
    private ulong _hash = 14695981039346656037;

    /// <summary>Whether frames and disk operations are written as lines too.</summary>
    public bool IsDetailed => detailed;

    /// <summary>FNV-1a over every event and every line so far.</summary>
    public ulong Hash => _hash;

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Folds a number into the hash.</summary>
    public void Mix(long value)
    {
        for (int shift = 0; shift < 64; shift += 8) _hash = (_hash ^ (byte)(value >> shift)) * 1099511628211;
    }

    /// <summary>Writes a line.</summary>
    internal void Write(TimeSpan at, string source, string text)
    {
        Mix(at.Ticks);
        foreach (char c in source) Mix(c);
        foreach (char c in text) Mix(c);
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,12:F6} {source,-8} {text}"));
        if (_lines.Count > linesKept) _lines.Dequeue();
    }

    /// <summary>The last <paramref name="count"/> lines as one text.</summary>
    public string Tail(int count) => string.Join('\n', _lines.Skip(Math.Max(0, _lines.Count - count)));
}
