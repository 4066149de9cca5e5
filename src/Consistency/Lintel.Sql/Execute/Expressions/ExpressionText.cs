using System.Globalization;
using System.Text;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>Where expressions write themselves; see <see cref="BoundExpression.Describe"/>.</summary>
public sealed class ExpressionText(bool asKey)
{
    private readonly StringBuilder _text = new();

    /// <summary>Whether a key is wanted rather than something to read.</summary>
    public bool IsKey { get; } = asKey;

    /// <summary>Adds text.</summary>
    public ExpressionText Add(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Adds a number.</summary>
    public ExpressionText Add(long number)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{number}");
        return this;
    }

    /// <summary>Adds an expression.</summary>
    public ExpressionText Add(BoundExpression expression)
    {
        expression.Describe(this);
        return this;
    }

    /// <summary>Adds several, with commas.</summary>
    public ExpressionText Add(ReadOnlySpan<BoundExpression> expressions)
    {
        for (int i = 0; i < expressions.Length; i++)
        {
            if (i > 0) _text.Append(", ");
            expressions[i].Describe(this);
        }

        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
