using Lintel.Primitives.Codec;
using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Execute.Writes;

/// <summary>Updates and deletes rows that were read under an exclusive lock, and their index entries with them.</summary>
public sealed class RowChanger(TableWrites writes, Frame frame, ITransaction transaction)
{
    private readonly OrderedKeyWriter _keys = new();
    private readonly WireWriter _bytes = new();

    /// <summary>The key of a row.</summary>
    public Key KeyOf(ReadOnlySpan<SqlValue> row) => writes.Layout.Primary.RowKey(_keys, row);

    /// <summary>
    /// Checks the new row that stands in the registers and stores it in place of the old one, whose values stand from
    /// <paramref name="oldFirst"/> on. 23505 when a new key is taken.
    /// </summary>
    public async ValueTask UpdateAsync(int oldFirst, Key oldKey)
    {
        await writes.CheckAsync(frame);
        CancellationToken cancellation = frame.Scope.Cancellation;
        Key newKey = IsSameKey(oldFirst) ? oldKey : KeyOf(writes.RowIn(frame));
        bool isMoved = newKey != oldKey;
        if (isMoved)
        {
            await ClaimAsync(newKey, writes.Layout.Primary);
            await transaction.DeleteAsync(oldKey, cancellation);
        }

        await transaction.PutAsync(newKey, writes.Layout.EncodeRow(_bytes, writes.RowIn(frame)), cancellation);
        if (writes.Layout.Indexes.Length == 1) return;
        int prefix = writes.Layout.Primary.Prefix.Length;
        ReadOnlyMemory<byte> newPrimary = newKey.Memory[prefix..];
        for (int i = 1; i < writes.Layout.Indexes.Length; i++)
        {
            IndexLayout index = writes.Layout.Indexes[i];
            bool isWritten = index.Index.State != Catalog.IndexState.DeleteOnly;
            if (!isMoved && isWritten && !IsChanged(index, oldFirst)) continue;
            Key before = index.EntryKey(_keys, OldRow(oldFirst), oldKey.Span[prefix..], out _);
            Key after = index.EntryKey(_keys, writes.RowIn(frame), newPrimary.Span, out bool isUnique);
            if (before == after && isWritten)
            {
                if (isMoved) await transaction.PutAsync(after, newPrimary, cancellation);
                continue;
            }

            await transaction.DeleteAsync(before, cancellation);
            if (!isWritten) continue;
            if (isUnique) await ClaimAsync(after, index);
            await transaction.PutAsync(after, newPrimary, cancellation);
        }
    }

    /// <summary>Removes a row whose values stand from <paramref name="oldFirst"/> on.</summary>
    public async ValueTask DeleteAsync(int oldFirst, Key key)
    {
        CancellationToken cancellation = frame.Scope.Cancellation;
        await transaction.DeleteAsync(key, cancellation);
        int prefix = writes.Layout.Primary.Prefix.Length;
        for (int i = 1; i < writes.Layout.Indexes.Length; i++)
        {
            Key entry = writes.Layout.Indexes[i].EntryKey(_keys, OldRow(oldFirst), key.Span[prefix..], out _);
            await transaction.DeleteAsync(entry, cancellation);
        }
    }

    private Span<SqlValue> OldRow(int oldFirst) => frame.Registers.AsSpan(oldFirst, writes.Layout.Types.Length);

    private bool IsSameKey(int oldFirst) => !IsChanged(writes.Layout.Primary, oldFirst);

    private bool IsChanged(IndexLayout index, int oldFirst)
    {
        foreach (int ordinal in index.Ordinals)
        {
            ref readonly SqlValue before = ref frame.Registers[oldFirst + ordinal];
            ref readonly SqlValue after = ref frame.Registers[writes.First + ordinal];
            if (!ValueOrder.AreSame(before, after, writes.Layout.Types[ordinal])) return true;
        }

        return false;
    }

    private async ValueTask ClaimAsync(Key key, IndexLayout index)
    {
        if (await transaction.GetAsync(key, LockStrength.Exclusive, frame.Scope.Cancellation) is null) return;
        throw Violations.Unique(
            writes.Layout, index, writes.SchemaName, writes.RowIn(frame), frame.Scope.Evaluation.Types);
    }
}
