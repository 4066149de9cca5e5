namespace Lintel.Splits.Replica;

/// <summary>What became of a proposal, as far as the replica that made it can tell.</summary>
public abstract record ProposalFate
{
    private ProposalFate()
    {
    }

    /// <summary>It was committed and applied here.</summary>
    public sealed record Applied(AppliedResult Result) : ProposalFate;

    /// <summary>It was not appended, or another entry took its place: it never takes effect.</summary>
    public sealed record Lost(string Why) : ProposalFate;

    /// <summary>Too much is waiting to be replicated: it was not appended.</summary>
    public sealed record Busy : ProposalFate;

    /// <summary>
    /// Nothing was learned in time: it may take effect, or not. <paramref name="Final"/> completes when that is known
    /// here after all; null when it never will be.
    /// </summary>
    public sealed record Unknown(Task<ProposalFate>? Final) : ProposalFate;
}
