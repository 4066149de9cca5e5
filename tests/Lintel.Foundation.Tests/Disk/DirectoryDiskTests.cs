using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;
using Xunit;

namespace Lintel.Foundation.Tests.Disk;

/// <summary>The real disk, on a real directory: that is what it is about.</summary>
public sealed class DirectoryDiskTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("lintel-disk-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task What_was_written_and_synced_is_there_when_the_directory_is_opened_again()
    {
        using (var disk = DirectoryDisk.Open(_path))
        {
            await using IDiskFile file = await disk.OpenAsync("log");
            await file.WriteAsync(3, new byte[] { 1, 2, 3 });
            Assert.Equal(6, file.Length);
            await file.SyncAsync();
            await disk.SyncDirectoryAsync();
        }

        using var again = DirectoryDisk.Open(_path);
        await using IDiskFile reopened = await again.OpenAsync("log");
        var buffer = new byte[10];
        Assert.Equal(6, reopened.Length);
        Assert.Equal(6, await reopened.ReadAsync(0, buffer));
        Assert.Equal([0, 0, 0, 1, 2, 3], buffer[..6]);
        Assert.Equal(0, await reopened.ReadAsync(6, buffer));
    }

    [Fact]
    public async Task Truncating_cuts_and_extends_with_zeros()
    {
        using var disk = DirectoryDisk.Open(_path);
        await using IDiskFile file = await disk.OpenAsync("log");
        await file.WriteAsync(0, new byte[] { 1, 2, 3 });
        await file.TruncateAsync(1);
        await file.TruncateAsync(3);
        var buffer = new byte[3];
        Assert.Equal(3, await file.ReadAsync(0, buffer));
        Assert.Equal([1, 0, 0], buffer);
    }

    [Fact]
    public async Task Files_are_listed_in_ordinal_order_renamed_over_each_other_and_deleted()
    {
        using var disk = DirectoryDisk.Open(_path);
        foreach (string name in new[] { "b", "a", "B" })
        {
            await using IDiskFile file = await disk.OpenAsync(name);
            await file.WriteAsync(0, new[] { (byte)name[0] });
        }

        Assert.Equal(["B", "a", "b"], await disk.ListAsync());
        await disk.RenameAsync("a", "b");
        await disk.DeleteAsync("B");
        await disk.DeleteAsync("never was");
        await disk.SyncDirectoryAsync();
        Assert.Equal(["b"], await disk.ListAsync());
        await using IDiskFile renamed = await disk.OpenAsync("b");
        var buffer = new byte[1];
        await renamed.ReadAsync(0, buffer);
        Assert.Equal((byte)'a', buffer[0]);
        Assert.Equal(ErrorCode.NotFound, await Code(disk.RenameAsync("gone", "b").AsTask()));
        Assert.True(disk.FreeBytes > 0);
    }

    [Fact]
    public void A_directory_is_opened_once_at_a_time()
    {
        using (DirectoryDisk.Open(_path))
        {
            var refusal = Assert.Throws<LintelException>(() => DirectoryDisk.Open(_path));
            Assert.Equal(ErrorCode.FailedPrecondition, refusal.Error.Code);
            Assert.Contains(_path, refusal.Error.Message, StringComparison.Ordinal);
        }

        DirectoryDisk.Open(_path).Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData(".lintel-lock")]
    public void A_name_that_is_no_plain_file_name_is_refused(string name)
    {
        using var disk = DirectoryDisk.Open(_path);
        Action open = () => _ = disk.OpenAsync(name).AsTask();
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<LintelException>(open).Error.Code);
    }

    [Fact]
    public async Task A_full_device_is_reported_as_a_full_disk()
    {
        File.CreateSymbolicLink(Path.Combine(_path, "full"), "/dev/full");
        using var disk = DirectoryDisk.Open(_path);
        await using IDiskFile file = await disk.OpenAsync("full");
        Assert.Equal(ErrorCode.DiskFull, await Code(file.WriteAsync(0, new byte[10]).AsTask()));
    }

    [Fact]
    public async Task A_failed_sync_is_final_for_the_file()
    {
        File.CreateSymbolicLink(Path.Combine(_path, "null"), "/dev/null");
        using var disk = DirectoryDisk.Open(_path);
        await using IDiskFile file = await disk.OpenAsync("null");
        await file.WriteAsync(0, new byte[10]);
        var failure = await Assert.ThrowsAsync<LintelException>(async () => await file.SyncAsync());
        Assert.Equal(ErrorCode.DiskFailed, failure.Error.Code);
        Assert.Contains("errno 22", failure.Error.Cause, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.DiskFailed, await Code(file.WriteAsync(0, new byte[1]).AsTask()));
        Assert.Equal(ErrorCode.DiskFailed, await Code(file.SyncAsync().AsTask()));
    }

    private static async Task<ErrorCode> Code(Task operation) =>
        (await Assert.ThrowsAsync<LintelException>(() => operation)).Error.Code;
}
