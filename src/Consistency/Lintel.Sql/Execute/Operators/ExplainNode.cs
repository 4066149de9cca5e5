using System.Globalization;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>Gives the lines of a plan, after running it when it is to be analysed.</summary>
public sealed class ExplainNode(QueryPlan target, bool analyzes, int output) : PlanNode
{
    /// <inheritdoc/>
    public override string Title => "Explain";

    /// <inheritdoc/>
    public override void AddRegisters(List<int> registers) => registers.Add(output);

    /// <summary>The lines of a plan.</summary>
    public static IReadOnlyList<string> Render(PlanNode root, Measurements? measurements)
    {
        var lines = new List<string>();
        Add(root, measurements, 0, isRoot: true, lines);
        return lines;
    }

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new ExplainCursor(target, analyzes, output, frame);

    private static void Add(PlanNode node, Measurements? measurements, int indent, bool isRoot, List<string> lines)
    {
        // How others get their values is no step that a reader asks about; its subqueries are.
        if (node is ComputeNode)
        {
            int at = lines.Count;
            Add(node.Inputs[0], measurements, indent, isRoot, lines);
            var subplans = new List<string>();
            AddSubplans(node, measurements, indent + (isRoot ? 2 : 8), subplans);
            lines.InsertRange(at + 1, subplans);
            return;
        }

        string pad = new(' ', indent);
        string counts = measurements?.Of(node) is { } measured
            ? string.Create(CultureInfo.InvariantCulture, $" (actual time={measured.Time.TotalMilliseconds:F3} rows={measured.Rows} loops={measured.Loops})")
            : measurements is null ? "" : " (never executed)";
        lines.Add($"{pad}{(isRoot ? "" : "->  ")}{node.Title}{counts}");
        int below = isRoot ? indent + 2 : indent + 6;
        foreach (string property in node.Properties) lines.Add(new string(' ', below) + property);
        AddSubplans(node, measurements, below, lines);
        if (node is CommonTableScanNode common) Named($"CTE {common.Title["CTE Scan on ".Length..].Split(' ')[0]}", common.Plan, measurements, below, lines);
        foreach (PlanNode input in node.Inputs) Add(input, measurements, below, isRoot: false, lines);
    }

    private static void AddSubplans(PlanNode node, Measurements? measurements, int indent, List<string> lines)
    {
        var seen = new HashSet<int>();
        foreach (BoundExpression expression in node.Expressions)
        {
            expression.Visit(part =>
            {
                if (part is SubqueryExpression subquery && seen.Add(subquery.Subplan.Number))
                    Named(subquery.Subplan.Title, subquery.Subplan.Plan, measurements, indent, lines);
            });
        }
    }

    private static void Named(string name, PlanNode plan, Measurements? measurements, int indent, List<string> lines)
    {
        lines.Add(new string(' ', indent) + name);
        Add(plan, measurements, indent + 2, isRoot: false, lines);
    }

    private sealed class ExplainCursor(QueryPlan target, bool analyzes, int output, Frame frame) : Cursor
    {
        private IReadOnlyList<string>? _lines;
        private int _next;

        public override async ValueTask<bool> NextAsync()
        {
            _lines ??= analyzes ? await AnalyzeAsync() : Render(target.Root, null);
            if (_next >= _lines.Count) return false;
            frame.Registers[output] = SqlValue.Of(_lines[_next++]);
            return true;
        }

        public override void Reset() => _next = 0;

        private async ValueTask<IReadOnlyList<string>> AnalyzeAsync()
        {
            TimeProvider clock = frame.Scope.Evaluation.Clock;
            var measurements = new Measurements(clock);
            StatementScope scope = frame.Scope.With(measurements);
            long start = clock.GetTimestamp();
            await using (RunningStatement run = target.Start(scope, frame.Registers.AsSpan(0, Math.Min(target.RegisterCount, frame.Registers.Length))))
            {
                while (await run.NextAsync())
                {
                }
            }

            var lines = new List<string>(Render(target.Root, measurements));
            lines.Add(string.Create(
                CultureInfo.InvariantCulture, $"Execution Time: {clock.GetElapsedTime(start).TotalMilliseconds:F3} ms"));
            return lines;
        }
    }
}
