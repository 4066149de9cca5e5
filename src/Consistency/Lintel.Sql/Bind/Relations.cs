using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Bind;

/// <summary>Something that a FROM clause joins.</summary>
internal abstract class Relation
{
    /// <summary>The registers of its row.</summary>
    public abstract void AddRegisters(ICollection<int> registers);

    /// <summary>Registers of relations beside it or queries around it that it reads (LATERAL).</summary>
    public virtual IReadOnlyCollection<int> OuterRegisters => [];
}

/// <summary>A stored table.</summary>
internal sealed class TableRelation(TableLayout layout, string alias, int first) : Relation
{
    public TableLayout Layout => layout;

    public string Alias => alias;

    /// <summary>The register of column 0.</summary>
    public int First => first;

    /// <summary>The lock that its rows are read with.</summary>
    public LockStrength Strength { get; set; }

    public override void AddRegisters(ICollection<int> registers)
    {
        for (int i = 0; i < layout.Types.Length; i++) registers.Add(first + i);
    }
}

/// <summary>A virtual table.</summary>
internal sealed class VirtualRelation(IVirtualTable table, string alias, int first) : Relation
{
    public IVirtualTable Table => table;

    public string Alias => alias;

    public int First => first;

    public override void AddRegisters(ICollection<int> registers)
    {
        for (int i = 0; i < table.Columns.Length; i++) registers.Add(first + i);
    }
}

/// <summary>(SELECT ...) AS alias.</summary>
internal sealed class QueryRelation(BoundQuery query, string alias) : Relation
{
    public BoundQuery Query => query;

    public string Alias => alias;

    public override IReadOnlyCollection<int> OuterRegisters => query.OuterRegisters;

    public override void AddRegisters(ICollection<int> registers)
    {
        foreach (OutputColumn output in query.Outputs) registers.Add(output.Register);
    }
}

/// <summary>A common table by name; its rows are kept once and copied into registers of this reference.</summary>
internal sealed class CommonTableRelation(BoundCommonTable table, string alias, int first) : Relation
{
    public BoundCommonTable Table => table;

    public string Alias => alias;

    public int First => first;

    public override void AddRegisters(ICollection<int> registers)
    {
        for (int i = 0; i < table.Columns.Count; i++) registers.Add(first + i);
    }
}

/// <summary>function(...) AS alias: rows of a set-returning function, or the one value of another.</summary>
internal sealed class FunctionRelation(
    ResolvedFunction? set, BoundExpression[] arguments, string alias, int first, int width, int ordinality,
    IReadOnlyCollection<int> outer) : Relation
{
    /// <summary>The set-returning function; null when the only argument is the value of the one row.</summary>
    public ResolvedFunction? Set => set;

    public BoundExpression[] Arguments => arguments;

    public string Alias => alias;

    public int First => first;

    /// <summary>Columns of the function.</summary>
    public int Width => width;

    /// <summary>Register of WITH ORDINALITY, or -1.</summary>
    public int Ordinality => ordinality;

    public override IReadOnlyCollection<int> OuterRegisters => outer;

    public override void AddRegisters(ICollection<int> registers)
    {
        for (int i = 0; i < width; i++) registers.Add(first + i);
        if (ordinality >= 0) registers.Add(ordinality);
    }
}

/// <summary>left JOIN right; RIGHT has become LEFT with the sides changed.</summary>
internal sealed class JoinRelation(JoinMode mode, Relation left, Relation right, BoundExpression? condition) : Relation
{
    /// <summary>Inner, Left or Full.</summary>
    public JoinMode Mode => mode;

    public Relation Left => left;

    public Relation Right => right;

    /// <summary>ON; null for none.</summary>
    public BoundExpression? Condition => condition;

    public override IReadOnlyCollection<int> OuterRegisters => [.. left.OuterRegisters, .. right.OuterRegisters];

    public override void AddRegisters(ICollection<int> registers)
    {
        left.AddRegisters(registers);
        right.AddRegisters(registers);
    }
}

/// <summary>A common table: bound once, run at most once.</summary>
internal sealed class BoundCommonTable(string name, IReadOnlyList<(string Name, SqlType Type)> columns)
{
    public string Name => name;

    public IReadOnlyList<(string Name, SqlType Type)> Columns => columns;

    /// <summary>How it is computed; set when it has been planned.</summary>
    public required PlanNode Plan { get; init; }

    /// <summary>Registers of its columns in that plan.</summary>
    public required int[] Outputs { get; init; }

    /// <summary>Registers of queries around it that it reads.</summary>
    public required IReadOnlyCollection<int> OuterRegisters { get; init; }

    /// <summary>Whether it writes, and so runs whether or not it is read.</summary>
    public bool Writes { get; init; }

    /// <summary>What it reads, when it is read once and may as well stand where it is read; null otherwise.</summary>
    public InlineTable? Inline { get; init; }

    /// <summary>The newest rows of a recursive table, inside of its right side; null elsewhere.</summary>
    public WorkTable? Work { get; init; }

    /// <summary>Where the rows are kept, and what reads them.</summary>
    public CommonTableStore Store { get; } = new(name);
}
