using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute;

/// <summary>
/// Expressions are evaluated synchronously, but some values need I/O: a subquery, nextval(), the text of an index
/// definition. Such a node looks here for its value. Where there is none yet it notes itself as missing and answers
/// NULL for the time being; whoever evaluates the expression then awaits the missing value, stores it, and evaluates
/// again. So lazy forms (CASE, AND, COALESCE) compute only what they reach, and the usual expression pays nothing.
/// </summary>
internal sealed class DeferredValues
{
    private readonly Dictionary<DeferredExpression, SqlValue> _values = [];

    /// <summary>The first value that the last evaluation missed; null when it was complete.</summary>
    public DeferredExpression? Missing { get; private set; }

    /// <summary>The value of a node if it is known; otherwise notes it as missing.</summary>
    public SqlValue Read(DeferredExpression node)
    {
        if (_values.TryGetValue(node, out SqlValue value)) return value;
        Missing ??= node;
        return SqlValue.Null;
    }

    /// <summary>Stores a value.</summary>
    public void Store(DeferredExpression node, SqlValue value) => _values[node] = value;

    /// <summary>Forgets the value of a node: the row has changed.</summary>
    public void Forget(DeferredExpression node) => _values.Remove(node);

    /// <summary>Begins an evaluation.</summary>
    public void Begin() => Missing = null;
}
