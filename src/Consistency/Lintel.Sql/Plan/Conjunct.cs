using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Functions;

namespace Lintel.Sql.Plan;

/// <summary>One condition of a WHERE or ON clause that was split at its ANDs.</summary>
internal sealed class Conjunct
{
    /// <summary>Wraps a condition.</summary>
    public Conjunct(BoundExpression condition)
    {
        Condition = condition;
        Registers = RegistersOf(condition);
        IsVolatile = IsVolatileExpression(condition);
    }

    /// <summary>The condition.</summary>
    public BoundExpression Condition { get; }

    /// <summary>Registers that it reads.</summary>
    public HashSet<int> Registers { get; }

    /// <summary>Whether it must be computed for each row.</summary>
    public bool IsVolatile { get; }

    /// <summary>Whether some node of the plan checks it already.</summary>
    public bool IsApplied { get; set; }

    /// <summary>Splits a condition at its ANDs; null gives none.</summary>
    public static List<Conjunct> Split(BoundExpression? condition)
    {
        var found = new List<Conjunct>();
        Add(condition, found);
        return found;
    }

    /// <summary>One condition of several, or null of none.</summary>
    public static BoundExpression? Join(IReadOnlyList<Conjunct> conjuncts) => conjuncts.Count switch
    {
        0 => null,
        1 => conjuncts[0].Condition,
        _ => new AndExpressions([.. conjuncts.Select(c => c.Condition)]),
    };

    /// <summary>Marks and returns those whose registers are all known, given the set of registers that are not.</summary>
    public static List<Conjunct> Take(IEnumerable<Conjunct> conjuncts, HashSet<int> unknown)
    {
        var taken = new List<Conjunct>();
        foreach (Conjunct conjunct in conjuncts)
        {
            if (conjunct.IsApplied || conjunct.Registers.Overlaps(unknown)) continue;
            conjunct.IsApplied = true;
            taken.Add(conjunct);
        }

        return taken;
    }

    /// <summary>The registers that an expression reads, those of its subqueries included.</summary>
    public static HashSet<int> RegistersOf(BoundExpression expression)
    {
        var registers = new HashSet<int>();
        expression.Visit(node =>
        {
            if (node is RegisterExpression register) registers.Add(register.Register);
            if (node is not DeferredExpression deferred) return;
            foreach (int read in deferred.OuterRegisters) registers.Add(read);
        });
        return registers;
    }

    /// <summary>Whether an expression may give another value each time.</summary>
    public static bool IsVolatileExpression(BoundExpression expression)
    {
        bool isVolatile = false;
        expression.Visit(node => isVolatile |= node switch
        {
            FunctionExpression call => call.Function.Volatility == Volatility.Volatile,
            SessionCall call => call.Function.Volatility == Volatility.Volatile,
            _ => false,
        });
        return isVolatile;
    }

    private static void Add(BoundExpression? condition, List<Conjunct> found)
    {
        switch (condition)
        {
            case null: return;
            case ConstantExpression { Value: { IsNull: false } value } when value.AsBool(): return;
            case AndExpressions and:
                foreach (BoundExpression operand in and.Operands) Add(operand, found);
                return;
            default:
                found.Add(new Conjunct(condition));
                return;
        }
    }
}
