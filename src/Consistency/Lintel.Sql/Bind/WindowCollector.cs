using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Bind;

/// <summary>The window calls of one query, and its WINDOW clause.</summary>
internal sealed class WindowCollector(RegisterTable registers, ImmutableArray<NamedWindow> named)
{
    /// <summary>The calls.</summary>
    public List<BoundWindowCall> Calls { get; } = [];

    /// <summary>The windows that the WINDOW clause names.</summary>
    public ImmutableArray<NamedWindow> Named => named;

    /// <summary>The value of a call in the current row.</summary>
    public RegisterExpression Add(BoundWindowCall call, int position)
    {
        Calls.Add(call);
        return new RegisterExpression(call.Register, call.Type, call.Name, position);
    }

    /// <summary>A register for a value.</summary>
    public int Allocate()
    {
        int register = registers.Allocate(1);
        registers.Use(register);
        return register;
    }
}

/// <summary>One call OVER a window.</summary>
internal sealed class BoundWindowCall
{
    /// <summary>Name of the function.</summary>
    public required string Name { get; init; }

    /// <summary>The aggregate; null for a window function, which goes by its name.</summary>
    public ResolvedAggregate? Aggregate { get; init; }

    /// <summary>Type of the value.</summary>
    public required Types.SqlType Type { get; init; }

    /// <summary>Its arguments.</summary>
    public required BoundExpression[] Arguments { get; init; }

    /// <summary>FILTER, of an aggregate.</summary>
    public BoundExpression? Filter { get; set; }

    /// <summary>PARTITION BY.</summary>
    public required BoundExpression[] PartitionBy { get; init; }

    /// <summary>ORDER BY.</summary>
    public required BoundSortItem[] OrderBy { get; init; }

    /// <summary>The frame.</summary>
    public required WindowExtent Extent { get; init; }

    /// <summary>Where the value goes.</summary>
    public required int Register { get; init; }

    /// <summary>Equal for calls whose rows are sorted the same way.</summary>
    public string SortKey
    {
        get
        {
            var text = new ExpressionText(asKey: true);
            text.Add(PartitionBy).Add(" order ");
            foreach (BoundSortItem item in OrderBy) text.Add(item.Value).Add(item.IsDescending ? " desc" : "").Add(item.NullsFirst ? " nf," : ",");
            return text.ToString();
        }
    }

    /// <summary>Rewrites every expression: what stands above a GROUP BY reads its keys.</summary>
    public void Rewrite(Func<BoundExpression, BoundExpression> rewrite)
    {
        for (int i = 0; i < Arguments.Length; i++) Arguments[i] = rewrite(Arguments[i]);
        for (int i = 0; i < PartitionBy.Length; i++) PartitionBy[i] = rewrite(PartitionBy[i]);
        for (int i = 0; i < OrderBy.Length; i++) OrderBy[i] = OrderBy[i] with { Value = rewrite(OrderBy[i].Value) };
        if (Filter is not null) Filter = rewrite(Filter);
    }
}
