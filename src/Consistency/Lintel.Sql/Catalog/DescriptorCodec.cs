using System.Collections.Immutable;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;

namespace Lintel.Sql.Catalog;

/// <summary>
/// Descriptors as bytes: a format number, a kind, then the fields in order. Disk format: what has been written once is
/// read forever; a new field comes with a new format number and a reader for the old one.
/// </summary>
public static class DescriptorCodec
{
    private const byte Format = 1;

    private enum Kind : byte
    {
        Table = 1,
        Sequence = 2,
        Schema = 3,
        Database = 4,
    }

    /// <summary>The bytes of a table or sequence.</summary>
    public static byte[] Encode(RelationDescriptor relation)
    {
        var writer = new WireWriter();
        writer.Byte(Format);
        switch (relation)
        {
            case TableDescriptor table: Write(writer, table); break;
            case SequenceDescriptor sequence: Write(writer, sequence); break;
            default: throw new ArgumentException($"no format for {relation.GetType().Name}", nameof(relation));
        }

        return writer.ToArray();
    }

    /// <summary>The bytes of a schema.</summary>
    public static byte[] Encode(SchemaDescriptor schema)
    {
        var writer = new WireWriter();
        writer.Byte(Format);
        writer.Byte((byte)Kind.Schema);
        writer.Varint(schema.Id);
        writer.Text(schema.Name);
        WriteOptional(writer, schema.Owner);
        return writer.ToArray();
    }

    /// <summary>The bytes of a database.</summary>
    public static byte[] Encode(DatabaseDescriptor database)
    {
        var writer = new WireWriter();
        writer.Byte(Format);
        writer.Byte((byte)Kind.Database);
        writer.Varint(database.Id);
        writer.Text(database.Name);
        WriteOptional(writer, database.ResourceGroup);
        WriteOptional(writer, database.Owner);
        return writer.ToArray();
    }

    /// <summary>Reads a database. Throws Corruption on anything else.</summary>
    public static DatabaseDescriptor DecodeDatabase(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        if (Begin(ref reader) != Kind.Database) throw Corrupt("a database was expected");
        var database = new DatabaseDescriptor(
            (uint)reader.Varint(), reader.Text(), ReadOptional(ref reader), ReadOptional(ref reader));
        reader.End();
        return database;
    }

    /// <summary>Reads a relation or a schema; the other of the two is null.</summary>
    public static (RelationDescriptor? Relation, SchemaDescriptor? Schema) Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        switch (Begin(ref reader))
        {
            case Kind.Table:
                TableDescriptor table = ReadTable(ref reader);
                reader.End();
                return (table, null);
            case Kind.Sequence:
                SequenceDescriptor sequence = ReadSequence(ref reader);
                reader.End();
                return (sequence, null);
            case Kind.Schema:
                var schema = new SchemaDescriptor((uint)reader.Varint(), reader.Text(), ReadOptional(ref reader));
                reader.End();
                return (null, schema);
            default:
                throw Corrupt("a relation or schema was expected");
        }
    }

    private static Kind Begin(ref WireReader reader)
    {
        byte format = reader.Byte();
        if (format != Format) throw Corrupt($"descriptor format {format} is not known to this version");
        return (Kind)reader.Byte();
    }

    private static void Write(WireWriter writer, TableDescriptor table)
    {
        writer.Byte((byte)Kind.Table);
        writer.Varint(table.Id);
        writer.Varint(table.SchemaId);
        writer.Text(table.Name);
        writer.Varint((ulong)table.NextColumnId);
        WriteOptional(writer, table.Owner);
        writer.Varint((ulong)table.Columns.Length);
        foreach (ColumnDescriptor column in table.Columns) Write(writer, column);
        writer.Varint((ulong)table.Indexes.Length);
        foreach (IndexDescriptor index in table.Indexes) Write(writer, index);
        writer.Varint((ulong)table.Checks.Length);
        foreach (CheckDescriptor check in table.Checks)
        {
            writer.Varint(check.Id);
            writer.Text(check.Name);
            writer.Text(check.ExpressionSql);
        }
    }

    private static TableDescriptor ReadTable(ref WireReader reader)
    {
        var id = (uint)reader.Varint();
        var schemaId = (uint)reader.Varint();
        string name = reader.Text();
        var nextColumnId = (int)reader.Varint();
        string? owner = ReadOptional(ref reader);
        var columns = ImmutableArray.CreateBuilder<ColumnDescriptor>();
        for (int count = reader.Count(); count > 0; count--) columns.Add(ReadColumn(ref reader));
        var indexes = ImmutableArray.CreateBuilder<IndexDescriptor>();
        for (int count = reader.Count(); count > 0; count--) indexes.Add(ReadIndex(ref reader));
        var checks = ImmutableArray.CreateBuilder<CheckDescriptor>();
        for (int count = reader.Count(); count > 0; count--)
            checks.Add(new CheckDescriptor((uint)reader.Varint(), reader.Text(), reader.Text()));
        return new TableDescriptor(
            id, schemaId, name, columns.ToImmutable(), indexes.ToImmutable(), checks.ToImmutable(), nextColumnId, owner);
    }

    private static void Write(WireWriter writer, ColumnDescriptor column)
    {
        writer.Varint((ulong)column.Id);
        writer.Text(column.Name);
        writer.Varint(column.TypeOid);
        writer.SignedVarint(column.TypeModifier);
        writer.Bool(column.NotNull);
        WriteOptional(writer, column.DefaultSql);
        writer.Byte((byte)column.Identity);
        writer.Varint(column.SequenceId);
        writer.Bool(column.IsHidden);
        writer.Bool(column.MissingValue is not null);
        if (column.MissingValue is not null) writer.Bytes(column.MissingValue);
    }

    private static ColumnDescriptor ReadColumn(ref WireReader reader) => new(
        (int)reader.Varint(), reader.Text(), (uint)reader.Varint(), (int)reader.SignedVarint(), reader.Bool(),
        ReadOptional(ref reader), (IdentityKind)reader.Byte(), (uint)reader.Varint(), reader.Bool(),
        reader.Bool() ? reader.Bytes().ToArray() : null);

    private static void Write(WireWriter writer, IndexDescriptor index)
    {
        writer.Varint(index.Id);
        writer.Varint(index.StorageId);
        writer.Text(index.Name);
        writer.Bool(index.IsUnique);
        writer.Bool(index.IsPrimary);
        writer.Bool(index.IsConstraint);
        writer.Byte((byte)index.State);
        writer.Varint((ulong)index.Columns.Length);
        foreach (IndexColumn column in index.Columns)
        {
            writer.Varint((ulong)column.ColumnId);
            writer.Bool(column.Descending);
            writer.Bool(column.NullsFirst);
        }
    }

    private static IndexDescriptor ReadIndex(ref WireReader reader)
    {
        var id = (uint)reader.Varint();
        var storageId = (uint)reader.Varint();
        string name = reader.Text();
        bool unique = reader.Bool();
        bool primary = reader.Bool();
        bool constraint = reader.Bool();
        var state = (IndexState)reader.Byte();
        var columns = ImmutableArray.CreateBuilder<IndexColumn>();
        for (int count = reader.Count(3); count > 0; count--)
            columns.Add(new IndexColumn((int)reader.Varint(), reader.Bool(), reader.Bool()));
        return new IndexDescriptor(id, storageId, name, columns.ToImmutable(), unique, primary, constraint, state);
    }

    private static void Write(WireWriter writer, SequenceDescriptor sequence)
    {
        writer.Byte((byte)Kind.Sequence);
        writer.Varint(sequence.Id);
        writer.Varint(sequence.SchemaId);
        writer.Text(sequence.Name);
        writer.Varint(sequence.TypeOid);
        writer.SignedVarint(sequence.Start);
        writer.SignedVarint(sequence.Increment);
        writer.SignedVarint(sequence.Minimum);
        writer.SignedVarint(sequence.Maximum);
        writer.SignedVarint(sequence.Cache);
        writer.Bool(sequence.Cycles);
        writer.Varint(sequence.StorageId);
        writer.Varint(sequence.OwnerTableId);
        writer.Varint((ulong)sequence.OwnerColumnId);
    }

    private static SequenceDescriptor ReadSequence(ref WireReader reader) => new(
        (uint)reader.Varint(), (uint)reader.Varint(), reader.Text(), (uint)reader.Varint(),
        reader.SignedVarint(), reader.SignedVarint(), reader.SignedVarint(), reader.SignedVarint(),
        reader.SignedVarint(), reader.Bool(), (uint)reader.Varint(), (uint)reader.Varint(), (int)reader.Varint());

    private static void WriteOptional(WireWriter writer, string? text)
    {
        writer.Bool(text is not null);
        if (text is not null) writer.Text(text);
    }

    private static string? ReadOptional(ref WireReader reader) => reader.Bool() ? reader.Text() : null;

    private static LintelException Corrupt(string why) => new(ErrorCode.Corruption, "malformed catalog record", why);
}
