using Lintel.Environment.TrueTime.OneHost;
using Lintel.Foundation.Tests.Worlds;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Time;
using Xunit;

namespace Lintel.Foundation.Tests.TrueTime;

/// <summary>The source for nodes that share one host.</summary>
public sealed class OneHostTrueTimeTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMicroseconds(50);
    private readonly ManualTime _time = new();

    [Fact]
    public void The_interval_is_the_bound_around_the_anchored_monotonic_clock()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        var clock = new OneHostTrueTime(_time, new HostAnchor(1_000), Bound);
        Assert.Equal(new TrueTimeInterval(new(5_000_001_000 - 50_000), new(5_000_001_000 + 50_000)), clock.Now());
        Assert.True(clock.IsBounded);
    }

    [Fact]
    public void A_stepped_wall_clock_changes_nothing()
    {
        HostAnchor anchor = HostAnchor.ForThisProcess(_time);
        var clock = new OneHostTrueTime(_time, anchor, Bound);
        TrueTimeInterval before = clock.Now();
        _time.Wall = TimeSpan.FromHours(-3);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before.Earliest + TimeSpan.FromSeconds(1), clock.Now().Earliest);
    }

    [Fact]
    public void An_anchor_of_this_process_is_the_wall_clock_less_the_monotonic_one()
    {
        _time.Wall = TimeSpan.FromDays(1000);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromDays(1000).Ticks * 100, HostAnchor.ForThisProcess(_time).Offset);
    }

    [Fact]
    public void Processes_of_one_boot_share_the_first_ones_anchor_and_another_boot_has_its_own()
    {
        string directory = Directory.CreateTempSubdirectory("lintel-anchor").FullName;
        try
        {
            Assert.Equal(11, HostAnchor.Shared(directory, "boot-one", new HostAnchor(11)).Offset);
            Assert.Equal(11, HostAnchor.Shared(directory, "boot-one", new HostAnchor(22)).Offset);
            Assert.Equal(33, HostAnchor.Shared(directory, "boot-two", new HostAnchor(33)).Offset);
            Assert.Equal(2, Directory.GetFiles(directory).Length);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_file_that_is_no_anchor_is_refused()
    {
        string directory = Directory.CreateTempSubdirectory("lintel-anchor").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "clock-boot"), "garbage");
            var refused = Assert.Throws<LintelException>(() => HostAnchor.Shared(directory, "boot", new HostAnchor(1)));
            Assert.Equal(ErrorCode.Corruption, refused.Error.Code);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
