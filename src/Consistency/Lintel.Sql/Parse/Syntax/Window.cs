using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>How the rows of a window frame are counted.</summary>
public enum FrameUnit
{
    /// <summary>ROWS.</summary>
    Rows,

    /// <summary>RANGE.</summary>
    Range,

    /// <summary>GROUPS.</summary>
    Groups,
}

/// <summary>One end of a window frame.</summary>
public enum FrameBoundKind
{
    /// <summary>UNBOUNDED PRECEDING.</summary>
    UnboundedPreceding,

    /// <summary>n PRECEDING.</summary>
    Preceding,

    /// <summary>CURRENT ROW.</summary>
    CurrentRow,

    /// <summary>n FOLLOWING.</summary>
    Following,

    /// <summary>UNBOUNDED FOLLOWING.</summary>
    UnboundedFollowing,
}

/// <summary>What a frame leaves out.</summary>
public enum FrameExclusion
{
    /// <summary>EXCLUDE NO OTHERS, the default.</summary>
    NoOthers,

    /// <summary>EXCLUDE CURRENT ROW.</summary>
    CurrentRow,

    /// <summary>EXCLUDE GROUP.</summary>
    Group,

    /// <summary>EXCLUDE TIES.</summary>
    Ties,
}

/// <summary>One bound; the offset is set for PRECEDING and FOLLOWING.</summary>
public sealed record FrameBound(FrameBoundKind Kind, Expression? Offset = null);

/// <summary>ROWS|RANGE|GROUPS BETWEEN start AND end EXCLUDE ...</summary>
public sealed record WindowFrame(
    int Position, FrameUnit Unit, FrameBound Start, FrameBound End, FrameExclusion Exclusion) : SyntaxNode(Position);

/// <summary>
/// What stands after OVER or in the WINDOW clause. OVER name alone has <paramref name="IsBareName"/>; OVER (name ...)
/// copies and extends the named window.
/// </summary>
public sealed record WindowSpecification(
    int Position,
    string? BaseName,
    ImmutableArray<Expression> PartitionBy,
    ImmutableArray<SortItem> OrderBy,
    WindowFrame? Frame,
    bool IsBareName = false) : SyntaxNode(Position);

/// <summary>WINDOW name AS (...).</summary>
public sealed record NamedWindow(int Position, string Name, WindowSpecification Specification) : SyntaxNode(Position);
