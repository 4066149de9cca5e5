using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Replica;

/// <summary>What applying a command came to. The same on every replica; told to whoever proposed it.</summary>
public abstract record AppliedResult
{
    private AppliedResult()
    {
    }

    /// <summary>It was done.</summary>
    public sealed record Done : AppliedResult
    {
        /// <summary>The one instance.</summary>
        public static Done Instance { get; } = new();
    }

    /// <summary>Void: the span was divided after it was proposed.</summary>
    public sealed record Moved : AppliedResult
    {
        /// <summary>The one instance.</summary>
        public static Moved Instance { get; } = new();
    }

    /// <summary>Void: the transaction was decided before, like this.</summary>
    public sealed record Decided(TransactionOutcome Earlier) : AppliedResult;

    /// <summary>The split was divided.</summary>
    public sealed record Divided(SplitState Left, SplitState Right) : AppliedResult;

    /// <summary>Nothing is left of the staged writes.</summary>
    public sealed record NothingLeft : AppliedResult
    {
        /// <summary>The one instance.</summary>
        public static NothingLeft Instance { get; } = new();
    }

    /// <summary>A step of collection ended before this key; null when the span is done.</summary>
    public sealed record Collected(Key? Rest) : AppliedResult;
}
