using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <content>Calls OVER a window.</content>
internal sealed partial class ExpressionBinder
{
    /// <summary>Where window calls go; null where the clause may not have any (42P20).</summary>
    public WindowCollector? Windows { get; init; }

    private RegisterExpression Window(FunctionCall call)
    {
        if (Windows is null)
        {
            throw new SqlException(
                SqlStates.WindowingError, $"window functions are not allowed in {Clause}", call.Position);
        }

        if (call.IsDistinct) throw NotSupported("DISTINCT for window functions", call.Position);
        if (!call.OrderBy.IsEmpty) throw NotSupported("ORDER BY inside of a window function call", call.Position);
        // Aggregates may stand inside of a window call: the window is over groups then.
        var inner = new ExpressionBinder(binding, scope, "window function calls") { Aggregates = Aggregates };
        BoundExpression[] arguments = [.. call.Arguments.Select(a => inner.Bind(a.Value))];
        WindowSpecification specification = Resolve(call.Over!);
        BoundExpression? filter = call.Filter is null
            ? null : new ExpressionBinder(binding, scope, "FILTER").Condition(call.Filter, "FILTER");
        SqlType[] types = [.. arguments.Select(a => a.Type)];
        ResolvedAggregate? aggregate = null;
        SqlType type;
        ImmutableArray<SqlType> wanted;
        if (FunctionCatalog.IsAggregate(call.Name.Schema, call.Name.Name))
        {
            aggregate = FunctionCatalog.ResolveAggregate(call.Name.Name, types, call.IsStar, call.Position);
            (type, wanted) = (aggregate.ResultType, aggregate.ArgumentTypes);
        }
        else
        {
            ResolvedFunction? function = FunctionCatalog.ResolveFunction(call.Name.Schema, call.Name.Name, types, false, call.Position);
            if (function is not { Kind: FunctionKind.Window })
            {
                throw new SqlException(
                    function is null ? SqlStates.UndefinedFunction : SqlStates.WrongObjectType,
                    function is null ? $"function {call.Name}({string.Join(", ", types.Select(t => t.DisplayName))}) does not exist"
                        : $"OVER specified, but {call.Name} is not a window function nor an aggregate function",
                    call.Position);
            }

            if (filter is not null) throw NotSupported("FILTER for a window function that is no aggregate", call.Position);
            (type, wanted) = (function.ResultType, function.ArgumentTypes);
        }

        for (int i = 0; i < arguments.Length && i < wanted.Length; i++)
            arguments[i] = Coercion.Implicit(arguments[i], wanted[i], binding, call.Name.Name);
        return Windows.Add(
            new BoundWindowCall
            {
                Name = call.Name.Name,
                Aggregate = aggregate,
                Type = type,
                Arguments = arguments,
                Filter = filter,
                PartitionBy = [.. specification.PartitionBy.Select(inner.Settled)],
                OrderBy = [.. specification.OrderBy.Select(item => Sorting.Item(item, inner.Settled(item.Value)))],
                Extent = Extent(specification, inner),
                Register = Windows.Allocate(),
            },
            call.Position);
    }

    // OVER w, and OVER (w ORDER BY ...): the named window, completed.
    private WindowSpecification Resolve(WindowSpecification written)
    {
        if (written.BaseName is not { } name) return written;
        NamedWindow? found = Windows!.Named.FirstOrDefault(w => w.Name == name);
        if (found is null)
            throw new SqlException(SqlStates.UndefinedObject, $"window \"{name}\" does not exist", written.Position);
        WindowSpecification known = Resolve(found.Specification);
        if (written.IsBareName) return known;
        if (!written.PartitionBy.IsEmpty)
        {
            throw new SqlException(
                SqlStates.WindowingError, $"cannot override PARTITION BY clause of window \"{name}\"", written.Position);
        }

        if (!written.OrderBy.IsEmpty && !known.OrderBy.IsEmpty)
        {
            throw new SqlException(
                SqlStates.WindowingError, $"cannot override ORDER BY clause of window \"{name}\"", written.Position);
        }

        if (known.Frame is not null)
        {
            throw new SqlException(
                SqlStates.WindowingError, $"cannot copy window \"{name}\" because it has a frame clause", written.Position);
        }

        return written with
        {
            PartitionBy = known.PartitionBy,
            OrderBy = written.OrderBy.IsEmpty ? known.OrderBy : written.OrderBy,
        };
    }

    private WindowExtent Extent(WindowSpecification specification, ExpressionBinder inner)
    {
        if (specification.Frame is not { } frame)
            return new WindowExtent(false, new WindowEdge(FrameBoundKind.UnboundedPreceding), new WindowEdge(FrameBoundKind.CurrentRow));
        if (frame.Exclusion != FrameExclusion.NoOthers) throw NotSupported("EXCLUDE in a window frame", frame.Position);
        if (frame.Unit == FrameUnit.Groups) throw NotSupported("GROUPS in a window frame", frame.Position);
        bool isRows = frame.Unit == FrameUnit.Rows;
        if (!isRows && (frame.Start.Offset is not null || frame.End.Offset is not null))
            throw NotSupported("RANGE with an offset in a window frame", frame.Position);
        return new WindowExtent(isRows, Edge(frame.Start, inner), Edge(frame.End, inner));
    }

    private WindowEdge Edge(FrameBound bound, ExpressionBinder inner) => new(
        bound.Kind,
        bound.Offset is null ? null : new RowExpression(Coercion.Count(inner.Bind(bound.Offset), "ROWS", binding)));
}
