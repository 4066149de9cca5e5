using Lintel.Primitives.Codec;
using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Execute.Writes;

/// <summary>
/// Inserts rows in batches: the keys of a batch that must be free are read together, one round trip per batch, under
/// exclusive locks. Where the statement leaves the check to the commit, or the key is a hidden row id, nothing is read.
/// </summary>
public sealed class RowInserter(TableWrites writes, Frame frame, ITransaction transaction)
{
    private const int BatchRowsMax = 128;
    private readonly OrderedKeyWriter _keys = new();
    private readonly WireWriter _bytes = new();
    private readonly List<Pending> _batch = [];
    private readonly List<Key> _claims = [];

    /// <summary>Checks the row that stands in the registers and takes it into the batch.</summary>
    public async ValueTask AddAsync()
    {
        await writes.CheckAsync(frame);
        ReadOnlyMemory<byte> row = writes.Layout.EncodeRow(_bytes, writes.RowIn(frame));
        Key key = writes.Layout.Primary.RowKey(_keys, writes.RowIn(frame));
        bool isBlind = frame.Scope.DefersUniqueChecks || (writes.Layout.Table.HasHiddenKey && writes.Unique.Length == 0);
        if (isBlind)
        {
            await transaction.InsertAsync(key, row, frame.Scope.Cancellation);
            await PutEntriesAsync(key, isBlind: true);
            return;
        }

        SqlValue[]? values = writes.Written.Length == 0 && writes.Layout.Table.HasHiddenKey ? null : writes.RowIn(frame).ToArray();
        frame.Scope.Memory.Take(row.Length);
        _batch.Add(new Pending(key, row, values));
        if (_batch.Count >= BatchRowsMax) await FlushAsync();
    }

    /// <summary>Writes what is in the batch; 23505 when a key is taken.</summary>
    public async ValueTask FlushAsync()
    {
        if (_batch.Count == 0) return;
        CancellationToken cancellation = frame.Scope.Cancellation;
        _claims.Clear();
        var claimedBy = new List<(int Row, IndexLayout Index)>();
        for (int i = 0; i < _batch.Count; i++) Claim(i, claimedBy);
        IReadOnlyList<ReadOnlyMemory<byte>?> found =
            await transaction.GetManyAsync(_claims, LockStrength.Exclusive, cancellation);
        HashSet<Key>? own = _batch.Count > 1 ? [] : null;
        for (int i = 0; i < found.Count; i++)
        {
            if (found[i] is null && own?.Add(_claims[i]) != false) continue;
            (int row, IndexLayout index) = claimedBy[i];
            throw Violations.Unique(
                writes.Layout, index, writes.SchemaName, _batch[row].Values!, frame.Scope.Evaluation.Types);
        }

        foreach (Pending pending in _batch)
        {
            await transaction.PutAsync(pending.Key, pending.Row, cancellation);
            frame.Scope.Memory.Release(pending.Row.Length);
            if (writes.Written.Length == 0) continue;
            pending.Values!.CopyTo(writes.RowIn(frame));
            await PutEntriesAsync(pending.Key, isBlind: false);
        }

        _batch.Clear();
    }

    private void Claim(int at, List<(int Row, IndexLayout Index)> claimedBy)
    {
        Pending pending = _batch[at];
        if (!writes.Layout.Table.HasHiddenKey)
        {
            _claims.Add(pending.Key);
            claimedBy.Add((at, writes.Layout.Primary));
        }

        ReadOnlySpan<byte> primary = pending.Key.Span[writes.Layout.Primary.Prefix.Length..];
        foreach (IndexLayout index in writes.Unique)
        {
            Key entry = index.EntryKey(_keys, pending.Values, primary, out bool isUnique);
            if (!isUnique) continue;
            _claims.Add(entry);
            claimedBy.Add((at, index));
        }
    }

    private async ValueTask PutEntriesAsync(Key key, bool isBlind)
    {
        if (writes.Written.Length == 0) return;
        ReadOnlyMemory<byte> primary = key.Memory[writes.Layout.Primary.Prefix.Length..];
        foreach (IndexLayout index in writes.Written)
        {
            Key entry = index.EntryKey(_keys, writes.RowIn(frame), primary.Span, out bool isUnique);
            if (isBlind && isUnique) await transaction.InsertAsync(entry, primary, frame.Scope.Cancellation);
            else await transaction.PutAsync(entry, primary, frame.Scope.Cancellation);
        }
    }

    private readonly record struct Pending(Key Key, ReadOnlyMemory<byte> Row, SqlValue[]? Values);
}
