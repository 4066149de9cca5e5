using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>A value that cannot be computed synchronously: see <see cref="DeferredValues"/>.</summary>
public abstract class DeferredExpression(SqlType type, int position) : BoundExpression(type, position)
{
    /// <summary>Whether the value depends on the row, and so is computed again for each.</summary>
    public abstract bool DependsOnRow { get; }

    /// <summary>Registers that it reads beyond those of its operands: a subquery's correlation.</summary>
    public virtual ReadOnlySpan<int> OuterRegisters => [];

    /// <summary>Computes the value over the current row.</summary>
    public abstract ValueTask<SqlValue> ComputeAsync(Frame frame);

    /// <inheritdoc/>
    public sealed override SqlValue Evaluate(Frame frame) => frame.Deferred.Read(this);
}

/// <summary>An expression as a plan node holds it: evaluated once per row, whether or not it needs I/O.</summary>
public sealed class RowExpression
{
    private readonly DeferredExpression[] _perRow;
    private readonly bool _isDeferred;

    /// <summary>Wraps <paramref name="root"/>.</summary>
    public RowExpression(BoundExpression root)
    {
        Root = root;
        var deferred = new List<DeferredExpression>();
        root.Visit(node =>
        {
            if (node is DeferredExpression found) deferred.Add(found);
        });
        _isDeferred = deferred.Count > 0;
        _perRow = [.. deferred.Where(node => node.DependsOnRow)];
    }

    /// <summary>The expression.</summary>
    public BoundExpression Root { get; }

    /// <summary>Whether <see cref="EvaluateAsync"/> may have to wait; if not, Evaluate of the root is enough.</summary>
    public bool IsDeferred => _isDeferred;

    /// <summary>The value over the current row.</summary>
    public ValueTask<SqlValue> EvaluateAsync(Frame frame) =>
        _isDeferred ? EvaluateDeferredAsync(frame) : ValueTask.FromResult(Root.Evaluate(frame));

    /// <summary>Whether the value over the current row is true.</summary>
    public ValueTask<bool> HoldsAsync(Frame frame)
    {
        if (_isDeferred) return HoldsDeferredAsync(frame);
        SqlValue value = Root.Evaluate(frame);
        return ValueTask.FromResult(!value.IsNull && value.AsBool());
    }

    private async ValueTask<bool> HoldsDeferredAsync(Frame frame)
    {
        SqlValue value = await EvaluateDeferredAsync(frame);
        return !value.IsNull && value.AsBool();
    }

    private async ValueTask<SqlValue> EvaluateDeferredAsync(Frame frame)
    {
        DeferredValues deferred = frame.Deferred;
        foreach (DeferredExpression node in _perRow) deferred.Forget(node);
        while (true)
        {
            deferred.Begin();
            SqlValue value;
            try
            {
                value = Root.Evaluate(frame);
            }
            catch (SqlException) when (deferred.Missing is not null)
            {
                // The stand-in NULL led the evaluation astray; it is repeated with the real value.
                value = SqlValue.Null;
            }

            if (deferred.Missing is not { } missing) return value;
            deferred.Store(missing, await missing.ComputeAsync(frame));
        }
    }
}
