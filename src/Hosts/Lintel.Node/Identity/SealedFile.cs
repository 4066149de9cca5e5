using System.Buffers.Binary;
using Lintel.Environment.Disk;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;

namespace Lintel.Node.Identity;

/// <summary>
/// A small file that is replaced as a whole: written beside, synced, renamed over. It holds a magic number, a checksum
/// and the content, so a damaged one is told from an old one.
/// </summary>
internal static class SealedFile
{
    private const uint Magic = 0x5446_4E4C;
    private const int HeaderBytes = 8;

    /// <summary>The content, or null when there is no such file. Corruption when it does not match its checksum.</summary>
    public static async ValueTask<byte[]?> ReadAsync(IDisk disk, string name, CancellationToken cancellation)
    {
        if (!(await disk.ListAsync(cancellation)).Contains(name)) return null;
        await using IDiskFile file = await disk.OpenAsync(name, cancellation);
        var bytes = new byte[file.Length];
        int read = await file.ReadAsync(0, bytes, cancellation);
        bool intact = read == bytes.Length && read >= HeaderBytes
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)) == Crc32C.Of(bytes.AsSpan(HeaderBytes));
        if (intact) return bytes[HeaderBytes..];
        throw new LintelException(ErrorCode.Corruption, $"the file '{name}' of the node is damaged",
            "it does not match its checksum", "restore it; or empty the data directory and let the node join as a new one");
    }

    /// <summary>Replaces the file; durable when it returns.</summary>
    public static async ValueTask WriteAsync(IDisk disk, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var bytes = new byte[HeaderBytes + content.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.Of(content.Span));
        content.Span.CopyTo(bytes.AsSpan(HeaderBytes));
        string beside = $"{name}.new";
        await using (IDiskFile file = await disk.OpenAsync(beside, cancellation))
        {
            await file.TruncateAsync(0, cancellation);
            await file.WriteAsync(0, bytes, cancellation);
            await file.SyncAsync(cancellation);
        }

        await disk.RenameAsync(beside, name, cancellation);
        await disk.SyncDirectoryAsync(cancellation);
    }
}
