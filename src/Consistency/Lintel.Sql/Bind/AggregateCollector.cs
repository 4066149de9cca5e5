using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Functions;

namespace Lintel.Sql.Bind;

/// <summary>The aggregate calls of one query; equal calls share one register.</summary>
internal sealed class AggregateCollector(RegisterTable registers)
{
    private readonly Dictionary<string, BoundAggregate> _byKey = new(StringComparer.Ordinal);

    /// <summary>The calls, in the order in which they were met.</summary>
    public List<BoundAggregate> Calls { get; } = [];

    /// <summary>The value of a call over its group.</summary>
    public RegisterExpression Add(
        ResolvedAggregate function, ImmutableArray<BoundExpression> arguments, bool isDistinct,
        BoundExpression? filter, ImmutableArray<BoundSortItem> orderBy, int position)
    {
        var text = new ExpressionText(asKey: true);
        text.Add(function.Name).Add(isDistinct ? "(distinct " : "(").Add(arguments.AsSpan());
        foreach (BoundSortItem item in orderBy)
            text.Add(" by ").Add(item.Value).Add(item.IsDescending ? " desc" : "").Add(item.NullsFirst ? " nf" : "");
        text.Add(")");
        if (filter is not null) text.Add("filter ").Add(filter);
        string key = text.ToString();
        if (!_byKey.TryGetValue(key, out BoundAggregate? call))
        {
            int register = registers.Allocate(1);
            registers.Use(register);
            var shown = new ExpressionText(asKey: false);
            shown.Add(function.Name).Add(isDistinct ? "(DISTINCT " : "(");
            shown.Add(arguments.IsEmpty ? "*" : "").Add(arguments.AsSpan()).Add(")");
            call = new BoundAggregate(function, arguments, isDistinct, filter, orderBy, register, shown.ToString());
            _byKey.Add(key, call);
            Calls.Add(call);
        }

        return new RegisterExpression(call.Register, function.ResultType, call.Text, position);
    }
}

/// <summary>One aggregate of a query.</summary>
/// <param name="Function">Which.</param>
/// <param name="Arguments">Its arguments, cast; none for count(*).</param>
/// <param name="IsDistinct">DISTINCT.</param>
/// <param name="Filter">FILTER (WHERE ...), or null.</param>
/// <param name="OrderBy">ORDER BY inside the call.</param>
/// <param name="Register">Where the value goes.</param>
/// <param name="Text">As EXPLAIN shows it.</param>
internal sealed record BoundAggregate(
    ResolvedAggregate Function, ImmutableArray<BoundExpression> Arguments, bool IsDistinct, BoundExpression? Filter,
    ImmutableArray<BoundSortItem> OrderBy, int Register, string Text);

/// <summary>The set-returning calls of one select list.</summary>
internal sealed class SetCallCollector(RegisterTable registers)
{
    /// <summary>The calls.</summary>
    public List<BoundSetCall> Calls { get; } = [];

    /// <summary>The value of a call in the current row.</summary>
    public RegisterExpression Add(ResolvedFunction function, BoundExpression[] arguments, int position)
    {
        int register = registers.Allocate(1);
        registers.Use(register);
        Calls.Add(new BoundSetCall(function, arguments, register));
        return new RegisterExpression(register, function.ResultType, function.Name, position);
    }
}

/// <summary>A set-returning function and where its rows go.</summary>
internal sealed record BoundSetCall(ResolvedFunction Function, BoundExpression[] Arguments, int Register);
