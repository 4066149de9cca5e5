namespace Lintel.Transactions.Coordinator;

/// <summary>Bounds of one commit.</summary>
/// <param name="PrepareAttemptsMax">How often a prepare whose answer was lost is sent in all.</param>
/// <param name="RegroupsMax">How often the writes of a commit are grouped again because splits moved.</param>
public sealed record CommitLimits(int PrepareAttemptsMax = 4, int RegroupsMax = 100);
