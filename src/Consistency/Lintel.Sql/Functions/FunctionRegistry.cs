using System.Collections.Immutable;
using Lintel.Sql.PgCatalog.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>One function or operator of the table, before its types are resolved for a call.</summary>
internal sealed record FunctionEntry(Signature Signature)
{
    public FunctionKind Kind { get; init; } = FunctionKind.Scalar;

    public Comparison? Comparison { get; init; }

    public UnaryFunction? Unary { get; init; }

    public BinaryFunction? Binary { get; init; }

    public GeneralFunction? General { get; init; }

    public SetFunction? Rows { get; init; }

    public ImmutableArray<(string Name, SqlType Type)> Columns { get; init; } = [];

    /// <summary>
    /// Makes the delegate when it depends on the types of the call: arguments' types, and the result's. It stands in for
    /// <see cref="General"/>.
    /// </summary>
    public Func<SqlType[], SqlType, GeneralFunction>? Typed { get; init; }
}

/// <summary>All functions and operators by name. Filled once, read by all sessions.</summary>
internal sealed class FunctionRegistry
{
    private readonly Dictionary<string, List<FunctionEntry>> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<FunctionEntry>> _operators = new(StringComparer.Ordinal);

    public static FunctionRegistry Instance { get; } = Build();

    public List<FunctionEntry>? Functions(string name) => _functions.GetValueOrDefault(name);

    public List<FunctionEntry>? Operators(string name) => _operators.GetValueOrDefault(name);

    public IEnumerable<FunctionEntry> AllFunctions => _functions.OrderBy(f => f.Key, StringComparer.Ordinal).SelectMany(f => f.Value);

    /// <summary>A function without arguments, or with more than two.</summary>
    public void Add(string signature, GeneralFunction function) => Add(new FunctionEntry(Signature.Parse(signature)) { General = function });

    public void Add(string signature, UnaryFunction function) => Add(new FunctionEntry(Signature.Parse(signature)) { Unary = function });

    public void Add(string signature, BinaryFunction function) => Add(new FunctionEntry(Signature.Parse(signature)) { Binary = function });

    /// <summary>A function that needs the types of the call.</summary>
    public void AddTyped(string signature, Func<SqlType[], SqlType, GeneralFunction> make) =>
        Add(new FunctionEntry(Signature.Parse(signature)) { Typed = make });

    public void AddRows(string signature, SetFunction rows, params (string Name, SqlType Type)[] columns) =>
        Add(new FunctionEntry(Signature.Parse(signature)) { Kind = FunctionKind.Set, Rows = rows, Columns = [.. columns] });

    /// <summary>A function that the session or the executor computes by name.</summary>
    public void AddNamed(FunctionKind kind, string signature) => Add(new FunctionEntry(Signature.Parse(signature)) { Kind = kind });

    public void AddOperator(string signature, BinaryFunction function, Comparison? comparison = null) =>
        AddOperator(new FunctionEntry(Signature.ParseOperator(signature)) { Binary = function, Comparison = comparison });

    public void AddOperator(string signature, UnaryFunction function) =>
        AddOperator(new FunctionEntry(Signature.ParseOperator(signature)) { Unary = function });

    public void AddTypedOperator(string signature, Func<SqlType[], SqlType, GeneralFunction> make) =>
        AddOperator(new FunctionEntry(Signature.ParseOperator(signature)) { Typed = make });

    public void AddOperator(FunctionEntry entry) => Add(_operators, entry);

    private static FunctionRegistry Build()
    {
        var table = new FunctionRegistry();
        Comparisons.Register(table);
        IntegerFunctions.Register(table);
        FloatFunctions.Register(table);
        NumericFunctions.Register(table);
        TextFunctions.Register(table);
        PatternFunctions.Register(table);
        ByteaFunctions.Register(table);
        DateTimeOperators.Register(table);
        DateTimeFunctions.Register(table);
        DateTimeFormatting.Register(table);
        DateTimeScanning.Register(table);
        NumberFormatting.Register(table);
        JsonFunctions.Register(table);
        JsonChanges.Register(table);
        ArrayFunctions.Register(table);
        SetFunctions.Register(table);
        SessionFunctions.Register(table);
        CatalogFunctions.Register(table);
        return table;
    }

    private static void Add(Dictionary<string, List<FunctionEntry>> map, FunctionEntry entry)
    {
        if (!map.TryGetValue(entry.Signature.Name, out List<FunctionEntry>? entries))
            map.Add(entry.Signature.Name, entries = []);
        entries.Add(entry);
    }

    private void Add(FunctionEntry entry) => Add(_functions, entry);
}
