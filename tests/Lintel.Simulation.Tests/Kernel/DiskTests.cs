using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Disk;
using Lintel.Simulation.Nodes;
using Xunit;

namespace Lintel.Simulation.Tests.Kernel;

public sealed class DiskTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_power_failure_never_touches_what_was_synced_and_loses_or_tears_the_rest()
    {
        bool lost = false, torn = false, kept = false;
        for (ulong seed = 0; seed < 60; seed++)
        {
            var machine = new Machine(seed);
            machine.Run(async disk =>
            {
                await using IDiskFile file = await disk.OpenAsync("log");
                await file.WriteAsync(0, Filled(700, 1));
                await file.SyncAsync();
                await disk.SyncDirectoryAsync();
                await file.WriteAsync(700, Filled(2_000, 2));
            });
            machine.Node.Crash();
            byte[] left = machine.Node.Disk.Contents("log");
            Assert.Equal(Filled(700, 1), left[..700]);
            int survived = left[700..].Count(b => b == 2);
            lost |= survived == 0;
            kept |= survived == 2_000;
            torn |= survived is > 0 and < 2_000;
        }

        Assert.True(lost && torn && kept, $"lost {lost}, torn {torn}, kept {kept}");
    }

    [Fact]
    public void A_killed_process_loses_nothing_that_was_written()
    {
        var machine = new Machine(1);
        machine.Run(async disk => await (await disk.OpenAsync("log")).WriteAsync(0, Filled(900, 1)));
        machine.Node.Crash(CrashKind.Process);
        Assert.Equal(Filled(900, 1), machine.Node.Disk.Contents("log"));
    }

    [Fact]
    public void A_cut_file_reads_as_cut_and_stays_so_once_synced()
    {
        var machine = new Machine(1);
        machine.Run(async disk =>
        {
            await using IDiskFile file = await disk.OpenAsync("log");
            await disk.SyncDirectoryAsync();
            await file.WriteAsync(0, Filled(900, 1));
            await file.TruncateAsync(300);
            Assert.Equal((300, 300), (file.Length, await file.ReadAsync(0, new byte[900])));
            await file.SyncAsync();
        });
        machine.Node.Crash();
        Assert.Equal(Filled(300, 1), machine.Node.Disk.Contents("log"));
    }

    [Fact]
    public void A_sync_covers_only_what_was_written_when_it_was_issued()
    {
        bool lostLater = false;
        for (ulong seed = 0; seed < 40; seed++)
        {
            var machine = new Machine(seed);
            machine.Run(async disk =>
            {
                await using IDiskFile file = await disk.OpenAsync("log");
                await disk.SyncDirectoryAsync();
                await file.WriteAsync(0, Filled(512, 1));
                ValueTask sync = file.SyncAsync();
                await file.WriteAsync(512, Filled(512, 2));
                await sync;
            });
            machine.Node.Crash();
            byte[] left = machine.Node.Disk.Contents("log");
            Assert.Equal(Filled(512, 1), left[..512]);
            lostLater |= left.Length == 512;
        }

        Assert.True(lostLater);
    }

    [Fact]
    public void A_rename_without_a_directory_sync_may_be_undone_but_never_halved()
    {
        bool undone = false, done = false;
        for (ulong seed = 0; seed < 40; seed++)
        {
            var machine = new Machine(seed);
            machine.Run(async disk =>
            {
                await WriteSynced(disk, "state", 1);
                await WriteSynced(disk, "state.new", 2);
                await disk.SyncDirectoryAsync();
                await disk.RenameAsync("state.new", "state");
            });
            machine.Node.Crash();
            byte value = machine.Node.Disk.Contents("state")[0];
            Assert.Equal(value == 1 ? ["state", "state.new"] : ["state"], machine.Node.Disk.FileNames);
            undone |= value == 1;
            done |= value == 2;
        }

        Assert.True(undone && done);
    }

    [Fact]
    public void A_lying_sync_loses_what_it_promised()
    {
        bool lost = false;
        for (ulong seed = 0; seed < 20 && !lost; seed++)
        {
            var machine = new Machine(seed);
            machine.Run(async disk =>
            {
                await disk.OpenAsync("log");
                await disk.SyncDirectoryAsync();
                machine.Node.Disk.Conditions = new DiskConditions { SyncLies = true };
                await WriteSynced(disk, "log", 1);
            });
            machine.Node.Crash();
            lost = machine.Node.Disk.LengthOf("log") == 0;
        }

        Assert.True(lost);
    }

    [Fact]
    public void Errors_come_with_their_codes_and_space_can_return()
    {
        var machine = new Machine(1);
        machine.Run(async disk =>
        {
            await WriteSynced(disk, "log", 1);
            await using IDiskFile file = await disk.OpenAsync("log");
            machine.Node.Disk.BreakSector("log", 100);
            await Fails(ErrorCode.DiskFailed, async () => await file.ReadAsync(0, new byte[512]));
            await file.WriteAsync(0, Filled(512, 3));
            Assert.Equal(512, await file.ReadAsync(0, new byte[600]));

            machine.Node.Disk.Conditions = new DiskConditions { Capacity = 600 };
            await Fails(ErrorCode.DiskFull, async () => await file.WriteAsync(512, Filled(512, 1)));
            Assert.Equal(512, file.Length);
            machine.Node.Disk.Conditions = new DiskConditions();
            await file.WriteAsync(512, Filled(512, 1));

            machine.Node.Disk.Conditions = new DiskConditions { SyncFailureChance = 1 };
            await Fails(ErrorCode.DiskFailed, async () => await file.SyncAsync());
            await Fails(ErrorCode.NotFound, async () => await disk.RenameAsync("none", "log"));
        });
    }

    [Fact]
    public void A_failed_sync_is_not_made_good_by_a_later_one()
    {
        var machine = new Machine(1);
        machine.Run(async disk =>
        {
            await using IDiskFile file = await disk.OpenAsync("log");
            await disk.SyncDirectoryAsync();
            await file.WriteAsync(0, Filled(512, 1));
            machine.Node.Disk.Conditions = new DiskConditions { SyncFailureChance = 1 };
            await Fails(ErrorCode.DiskFailed, async () => await file.SyncAsync());
            machine.Node.Disk.Conditions = new DiskConditions();
            await file.SyncAsync();
        });
        machine.Node.Crash();
        Assert.Equal(0, machine.Node.Disk.LengthOf("log"));
    }

    [Fact]
    public void A_stalled_disk_answers_after_the_stall_and_rot_changes_a_byte()
    {
        var machine = new Machine(1);
        machine.Run(async disk => await WriteSynced(disk, "log", 1));
        machine.Node.Disk.Stall();
        machine.World.After(TimeSpan.FromSeconds(9), machine.Node.Disk.Unstall);
        machine.Node.Disk.FlipBits("log", 5, 0x80);
        var buffer = new byte[8];
        machine.Run(async disk => await (await disk.OpenAsync("log")).ReadAsync(0, buffer));
        Assert.True(machine.World.Elapsed > TimeSpan.FromSeconds(9));
        Assert.Equal(new byte[] { 1, 1, 1, 1, 1, 0x81, 1, 1 }, buffer);
    }

    private static async Task WriteSynced(IDisk disk, string name, byte value)
    {
        await using IDiskFile file = await disk.OpenAsync(name);
        await file.WriteAsync(0, Filled(512, value));
        await file.SyncAsync();
    }

    private static async Task Fails(ErrorCode code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<LintelException>(act)).Error.Code);

    private static byte[] Filled(int count, byte value) => Enumerable.Repeat(value, count).ToArray();

    private sealed class Machine
    {
        private IDisk? _disk;

        public Machine(ulong seed)
        {
            World = new World(seed);
            Node = World.AddNode(new NodeId(1), environment => _disk = environment.Disk);
            Node.Start();
        }

        public World World { get; }

        public SimulatedNode Node { get; }

        public void Run(Func<IDisk, Task> work) => World.Run(() => Node.CallAsync(() => work(_disk!)), Minute);
    }
}
