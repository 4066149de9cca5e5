namespace Lintel.DataDriven;

/// <summary>
/// One argument of a <see cref="DataCommand"/>: <c>name</c>, <c>name=value</c> or <c>name=(value,value)</c>.
/// A bare word has no values.
/// </summary>
public sealed record DataArgument(string Name, IReadOnlyList<string> Values)
{
    /// <summary>Whether the argument is a word without <c>=</c>.</summary>
    public bool IsWord => Values.Count == 0;
}
