using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session;

/// <summary>
/// Values of sequences, as one session sees them. As in PostgreSQL a value that was given is never given again, whether
/// its transaction commits or not: each block of values is drawn in a transaction of its own. A session draws CACHE
/// values at once and gives them out by itself; what it does not use is lost.
/// </summary>
internal sealed class SequenceValues(SqlEngine engine)
{
    private readonly Dictionary<uint, Drawn> _drawn = [];
    private uint? _last;

    /// <summary>nextval.</summary>
    public async ValueTask<long> NextAsync(SequenceDescriptor sequence, uint database, CancellationToken cancellation)
    {
        if (!_drawn.TryGetValue(sequence.StorageId, out Drawn? drawn))
            _drawn.Add(sequence.StorageId, drawn = new Drawn());
        if (drawn.Left == 0)
        {
            (drawn.Next, drawn.Left) = await DrawAsync(sequence, database, cancellation);
            drawn.Increment = sequence.Increment;
        }

        drawn.Current = drawn.Next;
        drawn.Left--;
        if (drawn.Left > 0) drawn.Next += drawn.Increment;
        _last = sequence.StorageId;
        return drawn.Current.Value;
    }

    /// <summary>currval; 55000 before the first nextval of this session.</summary>
    public long Current(SequenceDescriptor sequence) =>
        _drawn.GetValueOrDefault(sequence.StorageId)?.Current ?? throw new SqlException(
            SqlStates.ObjectNotInPrerequisiteState,
            $"currval of sequence \"{sequence.Name}\" is not yet defined in this session");

    /// <summary>lastval; 55000 before the first nextval of this session.</summary>
    public long Last() =>
        _last is { } last && _drawn.GetValueOrDefault(last)?.Current is { } value
            ? value
            : throw new SqlException(
                SqlStates.ObjectNotInPrerequisiteState, "lastval is not yet defined in this session");

    /// <summary>
    /// setval: the next value is <paramref name="value"/>, or the one after it when it <paramref name="isCalled"/>.
    /// </summary>
    public async ValueTask SetAsync(
        SequenceDescriptor sequence, long value, bool isCalled, uint database, CancellationToken cancellation)
    {
        if (value < sequence.Minimum || value > sequence.Maximum)
        {
            throw new SqlException(
                SqlStates.NumericValueOutOfRange,
                $"setval: value {value} is out of bounds for sequence \"{sequence.Name}\" ({sequence.Minimum}..{sequence.Maximum})");
        }

        Key key = CatalogKeys.SequencePosition(database, sequence.StorageId);
        await engine.Options.Transactions.RunAsync(
            "setval",
            async transaction =>
            {
                byte[] position = SequenceState.Encode(value, isCalled);
                await transaction.PutAsync(key, position, cancellation);
                return true;
            },
            cancellation);
        Drawn drawn = _drawn.GetValueOrDefault(sequence.StorageId) ?? new Drawn();
        drawn.Left = 0;
        if (isCalled) drawn.Current = value;
        _drawn[sequence.StorageId] = drawn;
    }

    /// <summary>DISCARD SEQUENCES.</summary>
    public void Discard()
    {
        _drawn.Clear();
        _last = null;
    }

    private ValueTask<(long First, long Count)> DrawAsync(
        SequenceDescriptor sequence, uint database, CancellationToken cancellation)
    {
        Key key = CatalogKeys.SequencePosition(database, sequence.StorageId);
        return engine.Options.Transactions.RunAsync(
            "nextval",
            async transaction =>
            {
                ReadOnlyMemory<byte>? stored = await transaction.GetAsync(key, LockStrength.Exclusive, cancellation);
                (long First, long Count, long Last) block = SequenceState.Advance(sequence, stored);
                await transaction.PutAsync(key, SequenceState.Encode(block.Last, isCalled: true), cancellation);
                return (block.First, block.Count);
            },
            cancellation);
    }

    private sealed class Drawn
    {
        public long? Current { get; set; }

        public long Next { get; set; }

        public long Left { get; set; }

        public long Increment { get; set; }
    }
}
