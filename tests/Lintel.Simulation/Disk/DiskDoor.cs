using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;
using Lintel.Simulation.Nodes;

namespace Lintel.Simulation.Disk;

/// <summary>One incarnation's view of a <see cref="SimulatedDisk"/>.</summary>
internal sealed class DiskDoor(World world, SimulatedDisk disk, Incarnation owner) : IDisk
{
    public long FreeBytes => Math.Max(0, disk.Conditions.Capacity - disk.UsedBytes);

    public async ValueTask<IDiskFile> OpenAsync(string name, CancellationToken cancellation = default)
    {
        Inode inode = await RunAsync(() =>
        {
            if (disk.Directory.Files.TryGetValue(name, out Inode? existing)) return existing;
            var created = new Inode();
            disk.Directory.Change(files => files[name] = created);
            return created;
        }, cancellation);
        return new SimulatedFile(world, disk, owner, name, inode);
    }

    public async ValueTask<IReadOnlyList<string>> ListAsync(CancellationToken cancellation = default) =>
        await RunAsync(() => (IReadOnlyList<string>)[.. disk.Directory.Files.Keys], cancellation);

    public async ValueTask DeleteAsync(string name, CancellationToken cancellation = default) =>
        await RunAsync(() =>
        {
            if (disk.Directory.Files.ContainsKey(name)) disk.Directory.Change(files => files.Remove(name));
            return true;
        }, cancellation);

    public async ValueTask RenameAsync(string from, string to, CancellationToken cancellation = default) =>
        await RunAsync(() =>
        {
            if (!disk.Directory.Files.TryGetValue(from, out Inode? inode))
                throw new LintelException(ErrorCode.NotFound, $"there is no file {from} to rename");
            disk.Directory.Change(files =>
            {
                files.Remove(from);
                files[to] = inode;
            });
            return true;
        }, cancellation);

    public async ValueTask SyncDirectoryAsync(CancellationToken cancellation = default)
    {
        long mark = disk.Directory.LastSequence;
        cancellation.ThrowIfCancellationRequested();
        await disk.Operate(owner, disk.Conditions.SyncMin, disk.Conditions.SyncMax, () =>
        {
            disk.Syncs++;
            if (!disk.Conditions.SyncLies) disk.Directory.Sync(mark);
            return true;
        });
    }

    private Task<T> RunAsync<T>(Func<T> effect, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return disk.Operate(owner, disk.Conditions.OperationMin, disk.Conditions.OperationMax, effect);
    }
}
