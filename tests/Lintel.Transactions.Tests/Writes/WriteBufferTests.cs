using System.Globalization;
using CsCheck;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Transactions.Api;
using Lintel.Transactions.Writes;
using Xunit;
using static Lintel.Transactions.Tests.Contract.ContractWorld;

namespace Lintel.Transactions.Tests.Writes;

public sealed class WriteBufferTests
{
    private enum Verb
    {
        Put,
        Insert,
        Delete,
        Mark,
        Rollback,
    }

    private static readonly Gen<(Verb Verb, int Key, int Value)[]> Histories =
        Gen.Select(Gen.Enum<Verb>(), Gen.Int[0, 7], Gen.Int[0, 99]).Array[0, 40];

    // What one key holds: its text or null, and whether an insert there is still to be checked.
    private sealed record Held(string? Value, bool IsUnchecked);

    [Fact]
    public void A_history_of_writes_and_rollbacks_reads_like_a_map_of_maps() => Histories.Sample(history =>
    {
        var buffer = new WriteBuffer();
        var model = new SortedDictionary<int, Held>();
        var marks = new Stack<(WriteMark Mark, SortedDictionary<int, Held> Then)>();
        foreach ((Verb verb, int key, int value) in history)
        {
            Do(buffer, model, marks, verb, key, value);
            RequireEqual(buffer, model);
        }
    });

    [Fact]
    public void An_overlaid_page_is_the_merge_of_both_sides() =>
        Gen.Select(Histories, Gen.Int[0, 1023], Gen.Bool, Gen.Int[0, 4]).Sample((history, present, descending, limit) =>
        {
            HashSet<int> stored = [.. Enumerable.Range(0, 10).Where(k => (present >> k & 1) == 1)];
            var buffer = new WriteBuffer();
            var model = new SortedDictionary<int, Held>();
            foreach ((Verb verb, int key, int value) in history) Do(buffer, model, new(), verb, key, value);

            var merged = stored.ToDictionary(k => k, k => $"stored{k}");
            foreach ((int key, Held held) in model)
            {
                if (held.Value is null) merged.Remove(key);
                else merged[key] = held.Value;
            }

            var span = new KeySpan(KeyOf(1), KeyOf(8));
            IEnumerable<int> expected = merged.Keys.Where(k => k is >= 1 and < 8).Order();
            if (descending) expected = expected.Reverse();
            string all = string.Join(' ', expected.Select(k => $"{KeyOf(k)}={merged[k]}"));
            Assert.Equal(all, string.Join(' ', Pages(buffer, span, stored, descending, limit)));
        });

    [Fact]
    public void Only_the_newest_write_of_a_key_is_sent_and_in_key_order()
    {
        var buffer = new WriteBuffer();
        buffer.Put(K("b"), V("1"));
        buffer.Mark();
        buffer.Put(K("b"), V("2"));
        buffer.Delete(K("a"));
        Assert.True(buffer.TryInsert(K("c"), V("3")));
        Assert.Equal(["Delete a ", "Put b 2", "Insert c 3"], buffer.Drain().Select(Render));
        Assert.Equal(0, buffer.Count);
        Assert.Equal(0, buffer.Bytes);
    }

    [Fact]
    public void Memory_is_accounted_for_and_given_back()
    {
        var buffer = new WriteBuffer();
        WriteMark mark = buffer.Mark();
        buffer.Put(K("a"), new byte[1_000]);
        long one = buffer.Bytes;
        Assert.InRange(one, 1_001, 1_200);
        buffer.Put(K("a"), new byte[10]);
        Assert.Equal(one - 990, buffer.Bytes);
        buffer.Mark();
        buffer.Put(K("a"), new byte[1_000]);
        buffer.RollbackTo(mark);
        Assert.Equal(0, buffer.Bytes);
    }

    [Fact]
    public void A_foreign_mark_is_refused()
    {
        var buffer = new WriteBuffer();
        Assert.Equal(
            ErrorCode.InvalidArgument, Assert.Throws<LintelException>(() => buffer.RollbackTo(default)).Error.Code);
        Assert.Equal(
            ErrorCode.InvalidArgument, Assert.Throws<LintelException>(() => buffer.RollbackTo(new WriteMark(9))).Error.Code);
    }

    [Fact]
    public void Writes_drained_before_a_mark_do_not_stand_in_its_way()
    {
        var buffer = new WriteBuffer();
        WriteMark early = buffer.Mark();
        buffer.Put(K("a"), V("1"));
        buffer.Drain();
        WriteMark late = buffer.Mark();
        Assert.True(early.Sequence < buffer.DrainedBelow);
        Assert.False(late.Sequence < buffer.DrainedBelow);
    }

    private static void Do(
        WriteBuffer buffer,
        SortedDictionary<int, Held> model,
        Stack<(WriteMark Mark, SortedDictionary<int, Held> Then)> marks,
        Verb verb,
        int key,
        int value)
    {
        Held? held = model.GetValueOrDefault(key);
        string text = value.ToString(CultureInfo.InvariantCulture);
        switch (verb)
        {
            case Verb.Put:
                buffer.Put(KeyOf(key), V(text));
                model[key] = new Held(text, held is { IsUnchecked: true });
                break;
            case Verb.Insert:
                Assert.Equal(held is not { Value: not null }, buffer.TryInsert(KeyOf(key), V(text)));
                if (held is not { Value: not null }) model[key] = new Held(text, held is null);
                break;
            case Verb.Delete:
                Assert.Equal(held is { IsUnchecked: true }, buffer.IsUncheckedInsert(KeyOf(key)));
                buffer.Delete(KeyOf(key));
                model[key] = new Held(null, false);
                break;
            case Verb.Mark:
                marks.Push((buffer.Mark(), new SortedDictionary<int, Held>(model)));
                break;
            case Verb.Rollback when marks.TryPeek(out var point):
                buffer.RollbackTo(point.Mark);
                if (value % 2 == 0) marks.Pop();
                model.Clear();
                foreach (var row in point.Then) model.Add(row.Key, row.Value);
                break;
        }
    }

    private static void RequireEqual(WriteBuffer buffer, SortedDictionary<int, Held> model)
    {
        Assert.Equal(model.Count, buffer.Count);
        for (int key = 0; key < 9; key++)
        {
            bool isWritten = buffer.TryRead(KeyOf(key), out ReadOnlyMemory<byte>? value);
            Assert.Equal(model.ContainsKey(key), isWritten);
            if (isWritten) Assert.Equal(model[key].Value, Text(value));
        }

        Assert.Equal(
            model.Select(row => (KeyOf(row.Key), row.Value.Value is null ? MutationKind.Delete
                : row.Value.IsUnchecked ? MutationKind.Insert : MutationKind.Put)),
            buffer.ToMutations().Select(m => (m.Key, m.Kind)));
    }

    // The store pages by two rows, as a split would; the buffer's own limit cuts further.
    private static IEnumerable<string> Pages(
        WriteBuffer buffer, KeySpan span, HashSet<int> stored, bool descending, int limit)
    {
        while (!span.IsEmpty)
        {
            IEnumerable<int> inside = stored.Where(k => span.Contains(KeyOf(k))).Order();
            KeyRow[] rows = [.. (descending ? inside.Reverse() : inside).Take(2).Select(k => new KeyRow(KeyOf(k), V($"stored{k}")))];
            KeySpan covered = rows.Length < 2 ? span
                : descending ? new KeySpan(rows[^1].Key, span.End)
                : new KeySpan(span.Start, rows[^1].Key.Next());
            ScanPage page = buffer.Overlay(span, covered, rows, limit, descending);
            if (limit > 0) Assert.True(page.Rows.Count <= limit);
            foreach (KeyRow row in page.Rows) yield return $"{row.Key}={Text(row.Value)}";
            span = page.Rest;
        }
    }

    private static Key KeyOf(int key) => K($"k{key}");

    private static string Render(Mutation mutation) => $"{mutation.Kind} {mutation.Key} {Text(mutation.Value)}";
}
