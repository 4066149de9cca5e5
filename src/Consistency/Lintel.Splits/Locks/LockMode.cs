namespace Lintel.Splits.Locks;

/// <summary>How a transaction holds what it locked. Higher includes lower.</summary>
public enum LockMode
{
    /// <summary>Others may read, none may write.</summary>
    Shared = 1,

    /// <summary>Nobody else may read or write under lock.</summary>
    Exclusive = 2,
}
