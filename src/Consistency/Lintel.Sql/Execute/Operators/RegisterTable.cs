namespace Lintel.Sql.Execute.Operators;

/// <summary>Numbers the registers of a statement while it is bound, and knows which of them anybody reads.</summary>
public sealed class RegisterTable
{
    private readonly List<bool> _isUsed = [];

    /// <summary>How many there are.</summary>
    public int Count => _isUsed.Count;

    /// <summary>Numbers <paramref name="count"/> registers in a row; returns the first.</summary>
    public int Allocate(int count)
    {
        int first = _isUsed.Count;
        for (int i = 0; i < count; i++) _isUsed.Add(false);
        return first;
    }

    /// <summary>Notes that a register is read.</summary>
    public void Use(int register) => _isUsed[register] = true;

    /// <summary>Whether anybody reads a register.</summary>
    public bool IsUsed(int register) => _isUsed[register];

    /// <summary>The registers of a node's rows that are read by anybody, each once, ascending.</summary>
    public int[] UsedOf(PlanNode node)
    {
        var all = new List<int>();
        node.AddRegisters(all);
        return [.. all.Where(IsUsed).Distinct().Order()];
    }
}

/// <summary>Registers that a node keeps rows of: saved from the frame and put back.</summary>
public sealed class SavedRegisters(RegisterTable table, PlanNode input)
{
    private int[]? _registers;

    /// <summary>Which. Known when binding is complete, so not before the first execution.</summary>
    public int[] Registers => _registers ??= table.UsedOf(input);

    /// <summary>Copies the current row.</summary>
    public SqlValueRow Save(Frame frame)
    {
        int[] registers = Registers;
        var row = new Types.SqlValue[registers.Length];
        for (int i = 0; i < row.Length; i++) row[i] = frame.Registers[registers[i]];
        return new SqlValueRow(row, frame.Scope.Memory.TakeRow(row));
    }

    /// <summary>Makes a saved row the current one.</summary>
    public void Restore(Frame frame, Types.SqlValue[] row)
    {
        int[] registers = Registers;
        for (int i = 0; i < row.Length; i++) frame.Registers[registers[i]] = row[i];
    }

    /// <summary>Makes the current row all nulls: the other side of an outer join.</summary>
    public void Clear(Frame frame)
    {
        foreach (int register in Registers) frame.Registers[register] = Types.SqlValue.Null;
    }
}

/// <summary>A saved row and the bytes that were counted for it.</summary>
public readonly record struct SqlValueRow(Types.SqlValue[] Values, long Bytes);
