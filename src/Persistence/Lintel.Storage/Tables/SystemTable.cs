using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Lintel.Transactions.Api;

namespace Lintel.Storage.Tables;

/// <summary>
/// A table of the system database that holds one kind of control record by name. Key: the table's index prefix and the
/// name. Value: a version byte and the record's fields. Reads and writes go through the caller's transaction, so several
/// tables change together or not at all.
/// </summary>
/// <typeparam name="TRecord">The record kind.</typeparam>
public sealed class SystemTable<TRecord>
    where TRecord : class
{
    private const uint PrimaryIndex = 1;
    private const byte FormatVersion = 1;
    private readonly Func<TRecord, string> _nameOf;
    private readonly Action<WireWriter, TRecord> _write;
    private readonly RecordReader<TRecord> _read;
    private readonly Key _prefix;

    /// <summary>Declares a table. <paramref name="id"/> is on disk: never reuse one (see <see cref="SystemTableIds"/>).</summary>
    public SystemTable(
        uint id, string title, Func<TRecord, string> nameOf, Action<WireWriter, TRecord> write, RecordReader<TRecord> read)
    {
        Title = title;
        _nameOf = nameOf;
        _write = write;
        _read = read;
        _prefix = KeySpace.IndexPrefix(KeySpace.SystemDatabase, id, PrimaryIndex);
    }

    /// <summary>What one record is called in errors, for example "node".</summary>
    public string Title { get; }

    /// <summary>The span of all records.</summary>
    public KeySpan Span => KeySpan.Prefix(_prefix);

    /// <summary>The record of that name, or null.</summary>
    public async ValueTask<TRecord?> FindAsync(
        IKeyReader reader, string name, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        ReadOnlyMemory<byte>? value = await reader.GetAsync(KeyOf(name), strength, cancellation);
        return value is { } bytes ? Decode(bytes) : null;
    }

    /// <summary>The record of that name; NotFound when there is none.</summary>
    public async ValueTask<TRecord> GetAsync(
        IKeyReader reader, string name, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default) =>
        await FindAsync(reader, name, strength, cancellation) ?? throw Missing(name);

    /// <summary>All records, by name.</summary>
    public async ValueTask<IReadOnlyList<TRecord>> ListAsync(IKeyReader reader, CancellationToken cancellation = default)
    {
        var records = new List<TRecord>();
        KeySpan rest = Span;
        while (!rest.IsEmpty)
        {
            ScanPage page = await reader.ScanAsync(rest, default, cancellation);
            foreach (KeyRow row in page.Rows) records.Add(Decode(row.Value));
            rest = page.Rest;
        }

        return records;
    }

    /// <summary>Writes a record, over an older one of its name if there is one.</summary>
    public ValueTask PutAsync(ITransaction transaction, TRecord record, CancellationToken cancellation = default)
    {
        var writer = new WireWriter();
        writer.Byte(FormatVersion);
        _write(writer, record);
        return transaction.PutAsync(KeyOf(_nameOf(record)), writer.ToArray(), cancellation);
    }

    /// <summary>Removes the record of that name; none is fine.</summary>
    public ValueTask DeleteAsync(ITransaction transaction, string name, CancellationToken cancellation = default) =>
        transaction.DeleteAsync(KeyOf(name), cancellation);

    private Key KeyOf(string name)
    {
        var writer = new OrderedKeyWriter(_prefix);
        writer.Text(name);
        return writer.ToKey();
    }

    private TRecord Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        byte version = reader.Byte();
        if (version != FormatVersion)
            throw new LintelException(
                ErrorCode.Corruption, $"a {Title} record has format {version}, this node knows {FormatVersion}",
                "it was written by a newer version", "upgrade this node");
        TRecord record = _read(ref reader);
        reader.End();
        return record;
    }

    private LintelException Missing(string name) =>
        new(ErrorCode.NotFound, $"{Title} '{name}' does not exist", correction: $"list the existing ones, or apply a spec that declares it");
}

/// <summary>Reads the fields of a record, in the order they were written.</summary>
public delegate TRecord RecordReader<out TRecord>(ref WireReader reader);
