using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Average, variances and standard deviations of floats, by the Youngs-Cramer update.</summary>
internal sealed class FloatMoments(FloatMoments.Measure measure) : Accumulator
{
    private double _count;
    private double _sum;
    private double _squares;

    /// <summary>What is asked for.</summary>
    internal enum Measure
    {
        Average,
        SampleVariance,
        PopulationVariance,
        SampleDeviation,
        PopulationDeviation,
    }

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        double value = arguments[0].AsDouble();
        double before = _sum;
        _count++;
        _sum += value;
        if (_count > 1)
        {
            double distance = (value * _count) - _sum;
            _squares += distance * distance / (_count * (_count - 1));
            bool isOverflow = double.IsInfinity(_sum) || double.IsInfinity(_squares);
            if (!isOverflow) return;
            if (!double.IsInfinity(before) && !double.IsInfinity(value)) throw FloatFunctions.Overflow();
            _squares = double.NaN;
        }
        else if (!double.IsFinite(value))
        {
            _squares = double.NaN;
        }
    }

    public override SqlValue Result(EvaluationContext context)
    {
        bool isSample = measure is Measure.SampleVariance or Measure.SampleDeviation;
        if (_count < (isSample ? 2 : 1)) return SqlValue.Null;
        if (measure == Measure.Average) return SqlValue.Of(_sum / _count);
        double variance = _squares / (isSample ? _count - 1 : _count);
        return SqlValue.Of(measure is Measure.SampleDeviation or Measure.PopulationDeviation ? Math.Sqrt(variance) : variance);
    }
}

/// <summary>Variances and standard deviations of integers and numeric, exactly summed.</summary>
internal sealed class NumericMoments(FloatMoments.Measure measure, bool isInteger) : Accumulator
{
    private long _count;
    private SqlNumeric _sum = SqlNumeric.Zero;
    private SqlNumeric _squares = SqlNumeric.Zero;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        SqlNumeric value = isInteger ? SqlNumeric.From(arguments[0].AsInt64()) : arguments[0].AsNumeric();
        _count++;
        _sum = SqlNumeric.Add(_sum, value);
        _squares = SqlNumeric.Add(_squares, SqlNumeric.Multiply(value, value));
    }

    public override SqlValue Result(EvaluationContext context)
    {
        bool isSample = measure is FloatMoments.Measure.SampleVariance or FloatMoments.Measure.SampleDeviation;
        if (_count < (isSample ? 2 : 1)) return SqlValue.Null;
        if (!_sum.IsFinite || !_squares.IsFinite) return SqlValue.Of(SqlNumeric.NaN);
        SqlNumeric count = SqlNumeric.From(_count);
        SqlNumeric spread = SqlNumeric.Subtract(SqlNumeric.Multiply(count, _squares), SqlNumeric.Multiply(_sum, _sum));
        if (spread.Sign <= 0) return SqlValue.Of(SqlNumeric.Zero);
        SqlNumeric divisor = SqlNumeric.Multiply(count, isSample ? SqlNumeric.From(_count - 1) : count);
        SqlNumeric variance = SqlNumeric.Divide(spread, divisor);
        bool isDeviation = measure is FloatMoments.Measure.SampleDeviation or FloatMoments.Measure.PopulationDeviation;
        return SqlValue.Of(isDeviation ? NumericMath.SquareRoot(variance) : variance);
    }
}
