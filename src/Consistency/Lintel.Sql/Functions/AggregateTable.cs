using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>All aggregates by name.</summary>
internal sealed class AggregateTable
{
    private readonly Dictionary<string, List<Row>> _rows = new(StringComparer.Ordinal);

    private sealed record Row(FunctionEntry Entry, Func<SqlType[], Accumulator> Create, bool SkipsNulls);

    public static AggregateTable Instance { get; } = Build();

    public bool Contains(string name) => _rows.ContainsKey(name);

    public ResolvedAggregate? Resolve(string name, SqlType[] types, int position, out OverloadResolution.Failure failure)
    {
        List<Row> rows = _rows[name];
        var candidates = new List<Candidate>();
        foreach (Row row in rows)
        {
            if (row.Entry.Signature.Parameters.Length == types.Length)
                candidates.Add(new Candidate(row.Entry, row.Entry.Signature.Parameters, false));
        }

        Candidate? chosen = OverloadResolution.Choose(candidates, types, out failure);
        if (chosen is null) return null;
        FunctionCatalog.RequireDetermined(chosen, types, position);
        Row found = rows.Find(row => ReferenceEquals(row.Entry, chosen.Entry))!;
        Polymorphism.TryBind(chosen.Parameters, types, chosen.Entry.Signature.Result, out SqlType[] bound, out SqlType result);
        return new ResolvedAggregate(name, [.. bound], result, found.SkipsNulls, () => found.Create(bound));
    }

    private static AggregateTable Build()
    {
        var table = new AggregateTable();
        table.Add("count() int8", static _ => new CountAccumulator());
        table.Add("count(any) int8", static _ => new CountAccumulator());
        table.AddSums();
        table.AddExtremes();
        table.AddVariances();
        foreach (string name in (string[])["bool_and", "every"]) table.Add($"{name}(bool) bool", static _ => new BoolAccumulator(isAnd: true));
        table.Add("bool_or(bool) bool", static _ => new BoolAccumulator(isAnd: false));
        foreach (string type in (string[])["int2", "int4", "int8"])
        {
            table.Add($"bit_and({type}) {type}", static _ => new BitAccumulator(static (a, b) => a & b));
            table.Add($"bit_or({type}) {type}", static _ => new BitAccumulator(static (a, b) => a | b));
            table.Add($"bit_xor({type}) {type}", static _ => new BitAccumulator(static (a, b) => a ^ b));
        }

        table.Add("string_agg(text, text) text", static _ => new StringAccumulator(), skipsNulls: false);
        table.Add("string_agg(bytea, bytea) bytea", static _ => new ByteaAccumulator(), skipsNulls: false);
        table.Add("array_agg(anynonarray) anyarray", static types => new ArrayAccumulator(types[0]), skipsNulls: false);
        foreach (string type in (string[])["json", "jsonb"])
        {
            bool isBinary = type == "jsonb";
            table.Add($"{type}_agg(anyelement) {type}", types => new JsonArrayAccumulator(types[0], isBinary), skipsNulls: false);
            table.Add($"{type}_object_agg(any, any) {type}", types => new JsonObjectAccumulator(types[0], types[1], isBinary), skipsNulls: false);
        }

        return table;
    }

    private void AddSums()
    {
        Add("sum(int2) int8", static _ => new IntegerSum());
        Add("sum(int4) int8", static _ => new IntegerSum());
        Add("sum(int8) numeric", static _ => new BigIntegerSum());
        Add("sum(numeric) numeric", static _ => new NumericSum(isAverage: false));
        Add("sum(float4) float4", static _ => new FloatSum(isSingle: true));
        Add("sum(float8) float8", static _ => new FloatSum(isSingle: false));
        Add("sum(interval) interval", static _ => new IntervalSum(isAverage: false));
        foreach (string type in (string[])["int2", "int4", "int8"]) Add($"avg({type}) numeric", static _ => new IntegerAverage());
        Add("avg(numeric) numeric", static _ => new NumericSum(isAverage: true));
        Add("avg(float4) float8", static _ => new FloatMoments(FloatMoments.Measure.Average));
        Add("avg(float8) float8", static _ => new FloatMoments(FloatMoments.Measure.Average));
        Add("avg(interval) interval", static _ => new IntervalSum(isAverage: true));
    }

    private void AddExtremes()
    {
        string[] types =
        [
            "int2", "int4", "int8", "float4", "float8", "numeric", "text", "bpchar", "date", "time", "timetz", "timestamp",
            "timestamptz", "interval", "oid", "anyarray",
        ];
        foreach (string type in types)
        {
            Add($"min({type}) {type}", static bound => new ExtremeAccumulator(bound[0], isMax: false));
            Add($"max({type}) {type}", static bound => new ExtremeAccumulator(bound[0], isMax: true));
        }
    }

    private void AddVariances()
    {
        foreach ((string name, FloatMoments.Measure measure) in ((string, FloatMoments.Measure)[])
            [
                ("variance", FloatMoments.Measure.SampleVariance), ("var_samp", FloatMoments.Measure.SampleVariance),
                ("var_pop", FloatMoments.Measure.PopulationVariance), ("stddev", FloatMoments.Measure.SampleDeviation),
                ("stddev_samp", FloatMoments.Measure.SampleDeviation), ("stddev_pop", FloatMoments.Measure.PopulationDeviation),
            ])
        {
            foreach (string type in (string[])["int2", "int4", "int8"]) Add($"{name}({type}) numeric", _ => new NumericMoments(measure, isInteger: true));
            Add($"{name}(numeric) numeric", _ => new NumericMoments(measure, isInteger: false));
            Add($"{name}(float4) float8", _ => new FloatMoments(measure));
            Add($"{name}(float8) float8", _ => new FloatMoments(measure));
        }
    }

    private void Add(string signature, Func<SqlType[], Accumulator> create, bool skipsNulls = true)
    {
        Signature parsed = Signature.Parse(signature);
        if (!_rows.TryGetValue(parsed.Name, out List<Row>? rows)) _rows.Add(parsed.Name, rows = []);
        rows.Add(new Row(new FunctionEntry(parsed), create, skipsNulls));
    }
}
