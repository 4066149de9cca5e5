namespace Lintel.Simulation.Histories;

/// <summary>An operation on one register.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Key">Which register.</param>
/// <param name="Value">The value read or written; null is "never written".</param>
/// <param name="Expected">For compare-and-set: the value it must find.</param>
/// <param name="Swapped">For compare-and-set, answered: whether it found it.</param>
public sealed record RegisterOperation(
    RegisterKind Kind, int Key, long? Value, long? Expected = null, bool Swapped = false)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        RegisterKind.Read => $"read r{Key} = {Show(Value)}",
        RegisterKind.Write => $"write r{Key} = {Show(Value)}",
        _ => $"cas r{Key} {Show(Expected)} -> {Show(Value)}{(Swapped ? "" : ", refused")}",
    };

    private static string Show(long? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nil";
}

/// <summary>The cases of <see cref="RegisterOperation"/>.</summary>
public enum RegisterKind
{
    /// <summary>Read the value.</summary>
    Read,

    /// <summary>Replace the value.</summary>
    Write,

    /// <summary>Replace the value if it is the expected one.</summary>
    CompareAndSet,
}
