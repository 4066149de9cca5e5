using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;
using Lintel.Simulation.Nodes;

namespace Lintel.Simulation.Disk;

/// <summary>An open file of one incarnation.</summary>
internal sealed class SimulatedFile(World world, SimulatedDisk disk, Incarnation owner, string name, Inode inode) : IDiskFile
{
    private bool _closed;

    public long Length => inode.Length;

    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        Require(cancellation);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (bytes.Length == 0) return;
        await ChangeAsync(new DiskChange(offset, bytes), offset + bytes.Length - inode.Length);
        Note($"wrote {bytes.Length} bytes at {offset}");
    }

    public async ValueTask TruncateAsync(long length, CancellationToken cancellation = default)
    {
        Require(cancellation);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        await ChangeAsync(new DiskChange(length, Bytes: null), length - inode.Length);
        Note($"cut to {length} bytes");
    }

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellation = default)
    {
        Require(cancellation);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return await disk.Operate(owner, disk.Conditions.OperationMin, disk.Conditions.OperationMax, () =>
        {
            if (inode.HasBadSector(offset, buffer.Length) || disk.Random.Chance(disk.Conditions.ReadFailureChance))
                throw Failed($"reading {buffer.Length} bytes of {name} at {offset}");
            return inode.Read(offset, buffer.Span);
        });
    }

    public async ValueTask SyncAsync(CancellationToken cancellation = default)
    {
        Require(cancellation);
        long mark = inode.LastSequence;
        await disk.Operate(owner, disk.Conditions.SyncMin, disk.Conditions.SyncMax, () =>
        {
            if (disk.Random.Chance(disk.Conditions.SyncFailureChance))
            {
                inode.LoseSync(mark);
                throw Failed($"syncing {name}");
            }

            disk.Syncs++;
            if (!disk.Conditions.SyncLies) inode.Sync(mark);
            return true;
        });
        Note("synced");
    }

    public ValueTask DisposeAsync()
    {
        _closed = true;
        return ValueTask.CompletedTask;
    }

    private async Task ChangeAsync(DiskChange change, long growth)
    {
        inode.Begin(change);
        await disk.Operate(owner, disk.Conditions.OperationMin, disk.Conditions.OperationMax, () =>
        {
            if (growth > 0 && disk.UsedBytes + growth > disk.Conditions.Capacity)
            {
                inode.Abandon(change);
                throw new LintelException(ErrorCode.DiskFull, $"no space left to write {name}");
            }

            inode.Complete(change);
            return true;
        });
    }

    private void Require(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        cancellation.ThrowIfCancellationRequested();
    }

    private void Note(string what)
    {
        if (world.Trace.IsDetailed) world.Note(owner.Node.Id.ToString(), $"{name}: {what}");
    }

    private static LintelException Failed(string what) =>
        new(ErrorCode.DiskFailed, $"{what} failed", "the simulated disk was told to fail");
}
