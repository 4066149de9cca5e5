using System.Globalization;

namespace Lintel.Simulation.Histories;

/// <summary>A transaction over lists: it appends values, each unique under its key, and reads whole lists.</summary>
public sealed record AppendTransaction(IReadOnlyList<AppendStep> Steps)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Steps);
}

/// <summary>One step of an <see cref="AppendTransaction"/>.</summary>
/// <param name="Key">Which list.</param>
/// <param name="Value">What is appended; null for a read.</param>
/// <param name="Read">What was read, with the transaction's own appends; null for an append or an unanswered read.</param>
public sealed record AppendStep(int Key, long? Value, IReadOnlyList<long>? Read)
{
    /// <summary>An append.</summary>
    public static AppendStep Append(int key, long value) => new(key, value, null);

    /// <summary>A read, and what it found.</summary>
    public static AppendStep ReadList(int key, IReadOnlyList<long>? found) => new(key, null, found);

    /// <summary>Whether this is an append.</summary>
    public bool IsAppend => Value is not null;

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Value is { } value) return string.Create(CultureInfo.InvariantCulture, $"append k{Key} {value}");
        return $"read k{Key} {(Read is null ? "?" : $"[{Brief(Read)}]")}";
    }

    private static string Brief(IReadOnlyList<long> list)
    {
        const int Shown = 12;
        string tail = string.Join(' ', list.Skip(Math.Max(0, list.Count - Shown)));
        return list.Count > Shown ? $"... {tail}" : tail;
    }
}
