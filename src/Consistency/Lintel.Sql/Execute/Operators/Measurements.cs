namespace Lintel.Sql.Execute.Operators;

/// <summary>What EXPLAIN ANALYZE counts: rows, starts and time of each node.</summary>
public sealed class Measurements(TimeProvider time)
{
    private readonly Dictionary<PlanNode, NodeMeasurement> _byNode = [];

    /// <summary>What was counted of a node, or null when it never ran.</summary>
    public NodeMeasurement? Of(PlanNode node) => _byNode.GetValueOrDefault(node);

    /// <summary>Counts what passes through a cursor.</summary>
    public Cursor Measure(PlanNode node, Cursor cursor)
    {
        if (!_byNode.TryGetValue(node, out NodeMeasurement? measurement))
            _byNode.Add(node, measurement = new NodeMeasurement());
        return new MeasuredCursor(cursor, measurement, time);
    }

    private sealed class MeasuredCursor(Cursor inner, NodeMeasurement measurement, TimeProvider time) : Cursor
    {
        private bool _isStarted;

        public override async ValueTask<bool> NextAsync()
        {
            if (!_isStarted) measurement.Loops++;
            _isStarted = true;
            long start = time.GetTimestamp();
            bool found = await inner.NextAsync();
            measurement.Time += time.GetElapsedTime(start);
            if (found) measurement.Rows++;
            return found;
        }

        public override void Reset()
        {
            _isStarted = false;
            inner.Reset();
        }

        public override void Rewind()
        {
            _isStarted = false;
            inner.Rewind();
        }

        public override ValueTask CloseAsync() => inner.CloseAsync();
    }
}

/// <summary>Counts of one node.</summary>
public sealed class NodeMeasurement
{
    /// <summary>Rows given, in all loops.</summary>
    public long Rows { get; set; }

    /// <summary>How often it was started.</summary>
    public long Loops { get; set; }

    /// <summary>Time spent in it and below it.</summary>
    public TimeSpan Time { get; set; }
}
