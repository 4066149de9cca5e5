using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>One item of a select list.</summary>
internal sealed class Target(string name, BoundExpression value, uint tableOid = 0, short columnNumber = 0)
{
    public string Name => name;

    public BoundExpression Value { get; set; } = value;

    /// <summary>Where the value is; the column's own register when it is a plain column of this query.</summary>
    public int Register { get; set; } = -1;

    public uint TableOid => tableOid;

    public short ColumnNumber => columnNumber;
}

/// <summary>A group key and the register that holds it above the aggregation.</summary>
internal sealed record GroupKey(BoundExpression Value, int Register);

/// <summary>SELECT.</summary>
internal sealed class BoundSelect : BoundQuery
{
    /// <summary>Relations of the FROM clause, to be joined without condition but for <see cref="Where"/>.</summary>
    public required List<Relation> From { get; init; }

    public BoundExpression? Where { get; set; }

    /// <summary>Whether rows are grouped: GROUP BY, HAVING or an aggregate.</summary>
    public bool IsGrouped { get; set; }

    public List<GroupKey> GroupKeys { get; } = [];

    public List<BoundAggregate> Aggregates { get; set; } = [];

    public BoundExpression? Having { get; set; }

    public required List<Target> Targets { get; init; }

    public List<BoundSetCall> SetCalls { get; set; } = [];

    public List<BoundWindowCall> Windows { get; set; } = [];

    public bool IsDistinct { get; set; }

    /// <summary>DISTINCT ON keys; empty for a plain DISTINCT.</summary>
    public List<BoundExpression> DistinctOn { get; set; } = [];

    /// <summary>Whether rows are locked: FOR UPDATE and such.</summary>
    public bool Locks { get; set; }

    /// <summary>Registers of the FROM clause: a target that is one of them needs no register of its own.</summary>
    public HashSet<int> OwnRegisters { get; } = [];

    /// <summary>Gives each target its register and publishes the outputs.</summary>
    public void Publish(StatementBinding binding)
    {
        foreach (Target target in Targets) Place(target, binding);
        Outputs = [.. Targets.Select(t => new OutputColumn(t.Name, t.Value.Type, t.Register, t.TableOid, t.ColumnNumber))];
    }

    public override void Convert(int column, Func<BoundExpression, BoundExpression> convert, StatementBinding binding)
    {
        Target target = Targets[column];
        BoundExpression converted = convert(target.Value);
        if (ReferenceEquals(converted, target.Value)) return;
        int before = target.Register;
        target.Value = converted;
        target.Register = -1;
        Place(target, binding);
        var columns = new List<OutputColumn>(Outputs);
        columns[column] = columns[column] with { Type = converted.Type, Register = target.Register };
        Outputs = columns;
        // An ORDER BY that named the column follows it.
        for (int i = 0; i < OrderBy.Count; i++)
        {
            if (OrderBy[i].Value is RegisterExpression register && register.Register == before && target.Register != before)
                OrderBy[i] = OrderBy[i] with { Value = new RegisterExpression(target.Register, converted.Type, target.Name) };
        }
    }

    private void Place(Target target, StatementBinding binding)
    {
        if (target.Register >= 0) return;
        // A column of an outer query needs a copy: below an outer join the copy becomes null, the column does not.
        bool isOwn = target.Value is RegisterExpression plain && !OuterRegisters.Contains(plain.Register);
        target.Register = isOwn ? ((RegisterExpression)target.Value).Register : binding.Registers.Allocate(1);
        binding.Registers.Use(target.Register);
    }
}

/// <summary>VALUES.</summary>
internal sealed class BoundValues : BoundQuery
{
    public required List<BoundExpression[]> Rows { get; init; }

    public required int First { get; init; }

    public override void Convert(int column, Func<BoundExpression, BoundExpression> convert, StatementBinding binding)
    {
        SqlType type = Outputs[column].Type;
        foreach (BoundExpression[] row in Rows)
        {
            row[column] = convert(row[column]);
            type = row[column].Type;
        }

        var columns = new List<OutputColumn>(Outputs);
        columns[column] = columns[column] with { Type = type };
        Outputs = columns;
    }
}

/// <summary>left UNION|INTERSECT|EXCEPT [ALL] right; both sides have the types of the result.</summary>
internal sealed class BoundSetOperation : BoundQuery
{
    public required Parse.Syntax.SetOperationKind Kind { get; init; }

    public required bool IsAll { get; init; }

    public required BoundQuery Left { get; init; }

    public required BoundQuery Right { get; init; }

    public required int First { get; init; }

    public override void Convert(int column, Func<BoundExpression, BoundExpression> convert, StatementBinding binding)
    {
        Left.Convert(column, convert, binding);
        Right.Convert(column, convert, binding);
        var columns = new List<OutputColumn>(Outputs);
        columns[column] = columns[column] with { Type = Left.Outputs[column].Type };
        Outputs = columns;
    }
}
