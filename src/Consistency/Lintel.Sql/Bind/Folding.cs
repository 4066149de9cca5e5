using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>Computes what does not depend on anything once, when the statement is bound.</summary>
internal static class Folding
{
    /// <summary>The call, or its value when the function is immutable and all its operands are constants.</summary>
    public static BoundExpression Call(
        ResolvedFunction function, BoundExpression[] operands, bool isOperator, int position, StatementBinding binding)
    {
        var call = new FunctionExpression(function, operands, isOperator, position);
        if (function.Volatility != Volatility.Immutable) return call;
        var values = new SqlValue[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i] is not ConstantExpression constant) return call;
            values[i] = constant.Value;
        }

        try
        {
            return new ConstantExpression(function.Call(values, binding.Context.Evaluation), function.ResultType, position);
        }
        catch (SqlException)
        {
            // 1/0 is an error only where it is reached.
            return call;
        }
    }
}
