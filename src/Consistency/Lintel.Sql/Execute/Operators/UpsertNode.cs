using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Execute.Writes;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Execute.Operators;

/// <summary>ON CONFLICT DO UPDATE.</summary>
/// <param name="Existing">Register of column 0 of the row that is there.</param>
/// <param name="Excluded">Register of column 0 of the row that was to be inserted.</param>
/// <param name="Values">New values by ordinal; null where a column stays.</param>
/// <param name="Where">Condition; rows that do not satisfy it stay as they are.</param>
/// <param name="Registers">The registers of the statement.</param>
public sealed record ConflictUpdate(
    int Existing, int Excluded, RowExpression?[] Values, RowExpression? Where, RegisterTable Registers);

/// <summary>INSERT ... ON CONFLICT: row by row, since each row may meet the one before it.</summary>
public sealed class UpsertNode(
    PlanNode input, TableWrites writes, RowExpression?[] values, int hiddenKey, IndexLayout[] arbiters, ConflictUpdate? update,
    ReturningList? returning) : ModifyNode(input, writes, returning)
{
    /// <inheritdoc/>
    public override IEnumerable<string> Properties
    {
        get
        {
            yield return $"Conflict Resolution: {(update is null ? "NOTHING" : "UPDATE")}";
            if (arbiters.Length > 0)
                yield return $"Conflict Arbiter Indexes: {string.Join(", ", arbiters.Select(a => a.Index.Name))}";
        }
    }

    /// <inheritdoc/>
    protected override string Command => "Insert";

    /// <inheritdoc/>
    protected override RowAction Begin(Frame frame) => new UpsertAction(this, frame, values, hiddenKey, arbiters, update);

    private sealed class UpsertAction(
        UpsertNode node, Frame frame, RowExpression?[] values, int hiddenKey, IndexLayout[] arbiters, ConflictUpdate? update)
        : RowAction
    {
        private readonly ITransaction _transaction = frame.Scope.RequireWriter("INSERT");
        private readonly OrderedKeyWriter _keys = new();
        private readonly HashSet<Key> _written = [];
        private RowInserter? _inserter;
        private RowChanger? _changer;
        private WantedColumn[]? _wanted;

        public override async ValueTask<bool> RowAsync()
        {
            TableWrites writes = node.Writes;
            await InsertNode.FillAsync(writes, values, hiddenKey, frame);
            await writes.CheckAsync(frame);
            if (await ConflictAsync() is { } taken) return update is not null && await UpdateAsync(taken, update);
            Key key = writes.Layout.Primary.RowKey(_keys, writes.RowIn(frame));
            _inserter ??= new RowInserter(writes, frame, _transaction);
            await _inserter.AddAsync();
            await _inserter.FlushAsync();
            _written.Add(key);
            return true;
        }

        // The key of the row that is in the way, or null.
        private async ValueTask<Key?> ConflictAsync()
        {
            TableWrites writes = node.Writes;
            Key primary = writes.Layout.Primary.RowKey(_keys, writes.RowIn(frame));
            int prefix = writes.Layout.Primary.Prefix.Length;
            foreach (IndexLayout index in arbiters)
            {
                Key key = primary;
                if (!index.Index.IsPrimary)
                {
                    key = index.EntryKey(_keys, writes.RowIn(frame), primary.Span[prefix..], out bool isUnique);
                    if (!isUnique) continue;
                }

                ReadOnlyMemory<byte>? found = await _transaction.GetAsync(key, LockStrength.Exclusive, frame.Scope.Cancellation);
                if (found is null) continue;
                if (index.Index.IsPrimary) return key;
                _keys.Clear();
                _keys.Raw(writes.Layout.Primary.Prefix.Span);
                _keys.Raw(found.Value.Span);
                return _keys.ToKey();
            }

            return null;
        }

        private async ValueTask<bool> UpdateAsync(Key key, ConflictUpdate change)
        {
            if (_written.Contains(key))
            {
                throw new SqlException(
                    SqlStates.CardinalityViolation, "ON CONFLICT DO UPDATE command cannot affect row a second time",
                    hint: "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.");
            }

            TableWrites writes = node.Writes;
            writes.RowIn(frame).CopyTo(frame.Registers.AsSpan(change.Excluded));
            ReadOnlyMemory<byte> stored =
                await _transaction.GetAsync(key, LockStrength.Exclusive, frame.Scope.Cancellation)
                ?? throw new SqlException(SqlStates.DataCorrupted, "an index has an entry without a row");
            RowFormat.Read(stored, _wanted ??= writes.Layout.Want(change.Existing, _ => true), frame.Registers);
            if (change.Where is not null && !await change.Where.HoldsAsync(frame)) return false;
            for (int i = 0; i < change.Values.Length; i++)
            {
                frame.Registers[writes.First + i] = change.Values[i] is { } value
                    ? await value.EvaluateAsync(frame) : frame.Registers[change.Existing + i];
            }

            _changer ??= new RowChanger(writes, frame, _transaction);
            await _changer.UpdateAsync(change.Existing, key);
            _written.Add(_changer.KeyOf(writes.RowIn(frame)));
            return true;
        }
    }
}
