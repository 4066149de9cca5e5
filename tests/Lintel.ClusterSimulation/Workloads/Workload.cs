using System.Globalization;
using System.Text;
using Lintel.ClusterSimulation.Clients;
using Lintel.Primitives.Keys;
using Lintel.Simulation.Checkers;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>
/// What clients do to a cluster, and what must be true of what they were told. Steps of different clients run side by
/// side; those of one client one after another.
/// </summary>
public abstract class Workload
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Everything it keeps lies here.</summary>
    public abstract KeySpan Span { get; }

    /// <summary>Where its splits may be divided, in order.</summary>
    public abstract IReadOnlyList<Key> Cuts { get; }

    /// <summary>Operations told so far, for the report.</summary>
    public abstract string Summary { get; }

    /// <summary>Writes what must be there before the first step. Run once, without faults.</summary>
    public virtual Task SetUpAsync(Client client) => Task.CompletedTask;

    /// <summary>One operation of a client.</summary>
    public abstract Task StepAsync(Client client);

    /// <summary>Reads the end state. Run without faults.</summary>
    public abstract Task FinishAsync(Client client);

    /// <summary>What the histories say against the promise.</summary>
    public abstract IReadOnlyList<Anomaly> Check();

    /// <summary>
    /// What the end state alone says against the promise: for runs whose faults are outside of what it covers, where reads
    /// meanwhile may show anything.
    /// </summary>
    public virtual IReadOnlyList<Anomaly> CheckEnd() => [];

    /// <summary>A key of the workload.</summary>
    protected static Key KeyOf(string prefix, int number) =>
        Key.FromText(string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:d4}"));

    /// <summary>A value of a workload.</summary>
    protected static ReadOnlyMemory<byte> Encode(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A number as a value.</summary>
    protected static ReadOnlyMemory<byte> Encode(long number) => Encode(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The text of a value, or null.</summary>
    protected static string? Text(ReadOnlyMemory<byte>? value) =>
        value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    /// <summary>The number in a value, or null.</summary>
    protected static long? Number(ReadOnlyMemory<byte>? value) =>
        Text(value) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>All rows of a span.</summary>
    public static async Task<List<KeyRow>> RowsAsync(IKeyReader reader, KeySpan span, bool descending = false)
    {
        var rows = new List<KeyRow>();
        for (KeySpan rest = span; !rest.IsEmpty;)
        {
            ScanPage page = await reader.ScanAsync(rest, new ScanOptions(Descending: descending));
            rows.AddRange(page.Rows);
            rest = page.Rest;
        }

        return rows;
    }
}
