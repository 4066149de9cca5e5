using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Operators;

namespace Lintel.Sql.Plan;

/// <summary>Recognises plans that touch one row, found by its whole primary key.</summary>
internal static class PointAccess
{
    /// <summary>Whether a plan does.</summary>
    public static bool IsPoint(PlanNode node) => node switch
    {
        TableScanNode scan => scan.IsPoint && scan.Index.Index.IsPrimary && !HasSubquery(node),
        ComputeNode or FilterNode or LimitNode or UpdateNode or DeleteNode => !HasSubquery(node) && IsPoint(node.Inputs[0]),
        InsertNode insert => insert.Inputs[0] is ResultNode or ValuesNode { RowCount: 1 } && insert.Writes.Layout.Indexes.Length == 1,
        _ => false,
    };

    private static bool HasSubquery(PlanNode node) => node.Expressions.Any(AssignmentBinder.IsSubquery);
}
