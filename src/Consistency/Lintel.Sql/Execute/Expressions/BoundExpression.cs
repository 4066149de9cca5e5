using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>
/// An expression with names and types resolved, ready to be evaluated over a <see cref="Frame"/>. Immutable and shared
/// between executions; what changes from row to row is in the frame.
/// </summary>
public abstract class BoundExpression(SqlType type, int position)
{
    /// <summary>Type of the value.</summary>
    public virtual SqlType Type { get; } = type;

    /// <summary>Where it was written, for errors; 0 for nowhere.</summary>
    public int Position { get; } = position;

    /// <summary>The operands.</summary>
    public virtual ReadOnlySpan<BoundExpression> Operands => [];

    /// <summary>The value over the current row.</summary>
    public abstract SqlValue Evaluate(Frame frame);

    /// <summary>The same expression over other operands, given in the order of <see cref="Operands"/>.</summary>
    public virtual BoundExpression WithOperands(BoundExpression[] changed) => this;

    /// <summary>Writes the expression: as EXPLAIN shows it, or as a key that is equal for equal expressions.</summary>
    public abstract void Describe(ExpressionText text);

    /// <summary>A text that two expressions share exactly when they compute the same from the same registers.</summary>
    public string Key
    {
        get
        {
            var text = new ExpressionText(asKey: true);
            Describe(text);
            return text.ToString();
        }
    }

    /// <summary>As EXPLAIN shows it.</summary>
    public sealed override string ToString()
    {
        var text = new ExpressionText(asKey: false);
        Describe(text);
        return text.ToString();
    }

    /// <summary>
    /// Rebuilds the tree from the top: where <paramref name="replace"/> answers something for a node it stands in for
    /// the whole subtree.
    /// </summary>
    public BoundExpression Rewrite(Func<BoundExpression, BoundExpression?> replace)
    {
        if (replace(this) is { } replacement) return replacement;
        ReadOnlySpan<BoundExpression> operands = Operands;
        BoundExpression[]? changed = null;
        for (int i = 0; i < operands.Length; i++)
        {
            BoundExpression rewritten = operands[i].Rewrite(replace);
            if (ReferenceEquals(rewritten, operands[i])) continue;
            changed ??= operands.ToArray();
            changed[i] = rewritten;
        }

        return changed is null ? this : WithOperands(changed);
    }

    /// <summary>Calls <paramref name="visit"/> for this node and all below it.</summary>
    public void Visit(Action<BoundExpression> visit)
    {
        visit(this);
        foreach (BoundExpression operand in Operands) operand.Visit(visit);
    }
}
