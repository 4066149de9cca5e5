namespace Lintel.Doors.Console.Codec;

/// <summary>What a spec changes, or changed.</summary>
/// <param name="Steps">One line for each change, in the order they are made; "+" adds, "~" changes.</param>
/// <param name="Risks">What the result does not survive.</param>
/// <param name="Refusals">Why it can't be applied; with any, nothing of it is.</param>
/// <param name="Applied">Whether it was.</param>
public sealed record PlanAnswer(
    IReadOnlyList<string> Steps, IReadOnlyList<string> Risks, IReadOnlyList<ErrorBody> Refusals, bool Applied);

/// <summary>Asks for a split to be divided.</summary>
/// <param name="Split">Its id.</param>
/// <param name="Key">Where, as hexadecimal digits; null for the middle of its bytes.</param>
public sealed record DivideRequest(ulong Split, string? Key);

/// <summary>What came of it.</summary>
/// <param name="Left">The split that kept the keys below.</param>
/// <param name="Right">The split that took the others.</param>
/// <param name="Key">Where the right one begins, as hexadecimal digits.</param>
public sealed record DivideAnswer(ulong Left, ulong Right, string Key);

/// <summary>A database.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id in the key space.</param>
/// <param name="ResourceGroup">The policy that places its splits; empty when none was declared.</param>
/// <param name="SplitPerTable">Whether each table begins in a split of its own.</param>
/// <param name="Splits">Its splits, in key order.</param>
/// <param name="Nodes">The nodes that hold replicas of them, by name.</param>
public sealed record DatabaseLine(
    string Name, uint Id, string ResourceGroup, bool SplitPerTable, IReadOnlyList<ulong> Splits, IReadOnlyList<string> Nodes);

/// <summary>All databases.</summary>
public sealed record DatabaseList(IReadOnlyList<DatabaseLine> Databases);
