using Lintel.Primitives.Keys;
using Xunit;

namespace Lintel.Foundation.Tests.Keys;

/// <summary>The layout of the key space.</summary>
public sealed class KeySpaceTests
{
    [Fact]
    public void Prefixes_have_these_bytes()
    {
        Assert.Equal("1000000002", Convert.ToHexString(KeySpace.DatabasePrefix(2).Span));
        Assert.Equal("100000000200000007", Convert.ToHexString(KeySpace.TablePrefix(2, 7).Span));
        Assert.Equal("10000000020000000700000001", Convert.ToHexString(KeySpace.IndexPrefix(2, 7, 1).Span));
        Assert.Equal("0110FF", Convert.ToHexString(KeySpace.MetaOf(new Key(new byte[] { 0x10, 0xFF })).Span));
        Assert.Equal("026964", Convert.ToHexString(KeySpace.RecordOf("id").Span));
    }

    [Fact]
    public void The_system_span_holds_meta_records_and_the_system_database_and_nothing_else()
    {
        Assert.True(KeySpace.SystemSpan.Contains(KeySpace.MetaSpan));
        Assert.True(KeySpace.SystemSpan.Contains(KeySpace.RecordSpan));
        Assert.True(KeySpace.SystemSpan.Contains(KeySpan.Prefix(KeySpace.DatabasePrefix(KeySpace.SystemDatabase))));
        Assert.False(KeySpace.SystemSpan.Overlaps(KeySpan.Prefix(KeySpace.DatabasePrefix(2))));
        Assert.True(KeySpace.MetaSpan.Contains(KeySpace.MetaOf(Key.Min)));
    }

    [Fact]
    public void Meta_keys_are_ordered_as_their_start_keys_and_give_them_back()
    {
        Key a = KeySpace.TablePrefix(2, 1), b = KeySpace.TablePrefix(2, 2);
        Assert.True(KeySpace.MetaOf(Key.Min) < KeySpace.MetaOf(a));
        Assert.True(KeySpace.MetaOf(a) < KeySpace.MetaOf(b));
        Assert.Equal(a, KeySpace.StartOfMeta(KeySpace.MetaOf(a)));
        Assert.Throws<ArgumentException>(() => KeySpace.StartOfMeta(a));
    }

    [Fact]
    public void A_row_key_tells_its_index_and_other_keys_tell_none()
    {
        var writer = new OrderedKeyWriter(KeySpace.IndexPrefix(3, uint.MaxValue, 4));
        writer.Int64(42);
        Assert.True(KeySpace.TryIndexOf(writer.ToKey(), out uint database, out uint table, out uint index));
        Assert.Equal((3u, uint.MaxValue, 4u), (database, table, index));
        Assert.False(KeySpace.TryIndexOf(KeySpace.TablePrefix(3, 1), out _, out _, out _));
        Assert.False(KeySpace.TryIndexOf(KeySpace.MetaOf(writer.ToKey()), out _, out _, out _));
    }
}
