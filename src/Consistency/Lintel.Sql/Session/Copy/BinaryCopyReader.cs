using System.Buffers.Binary;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>COPY data in PostgreSQL's binary format: a header, then counted fields with their lengths, then -1.</summary>
internal sealed class BinaryCopyReader(CopyBuffer buffer) : CopyReader(buffer)
{
    private const int FixedHeaderBytes = 19;
    private bool _hasHeader;
    private bool _isDone;

    /// <summary>What the data begins with.</summary>
    public static ReadOnlySpan<byte> Signature =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];

    /// <inheritdoc/>
    public override async ValueTask<bool> ReadAsync(CopyRecord record, CancellationToken cancellation)
    {
        record.Clear();
        if (_isDone) return false;
        if (!_hasHeader) await HeaderAsync(cancellation);
        Line++;
        await RequireAsync(sizeof(short), cancellation);
        short fields = BinaryPrimitives.ReadInt16BigEndian(Buffer.Pending);
        Buffer.Take(sizeof(short));
        if (fields == -1)
        {
            _isDone = true;
            if (!Buffer.Pending.IsEmpty || await Buffer.FillAsync(cancellation))
                throw Malformed("received copy data after EOF marker");
            return false;
        }

        if (fields < 0) throw Malformed("row field count is negative");
        for (int i = 0; i < fields; i++) await FieldAsync(record, cancellation);
        return true;
    }

    private async ValueTask FieldAsync(CopyRecord record, CancellationToken cancellation)
    {
        await RequireAsync(sizeof(int), cancellation);
        int length = BinaryPrimitives.ReadInt32BigEndian(Buffer.Pending);
        Buffer.Take(sizeof(int));
        if (length < -1) throw Malformed("invalid field size");
        if (length > 0)
        {
            await RequireAsync(length, cancellation);
            record.Add(Buffer.Pending[..length]);
            Buffer.Take(length);
        }

        record.EndField(isNull: length < 0);
    }

    private async ValueTask HeaderAsync(CancellationToken cancellation)
    {
        _hasHeader = true;
        await RequireAsync(FixedHeaderBytes, cancellation);
        if (!Buffer.Pending[..Signature.Length].SequenceEqual(Signature)) throw Malformed("COPY file signature not recognized");
        int flags = BinaryPrimitives.ReadInt32BigEndian(Buffer.Pending[Signature.Length..]);
        if ((flags >> 16) != 0) throw Malformed("invalid COPY file header (unrecognized critical flags)");
        int extension = BinaryPrimitives.ReadInt32BigEndian(Buffer.Pending[(Signature.Length + sizeof(int))..]);
        if (extension < 0) throw Malformed("invalid COPY file header (missing length)");
        Buffer.Take(FixedHeaderBytes);
        await RequireAsync(extension, cancellation);
        Buffer.Take(extension);
    }

    private async ValueTask RequireAsync(int count, CancellationToken cancellation)
    {
        while (Buffer.Pending.Length < count)
        {
            if (!await Buffer.FillAsync(cancellation)) throw Malformed("unexpected EOF in COPY data");
        }
    }

    private static SqlException Malformed(string message) => new(SqlStates.BadCopyFileFormat, message);
}
