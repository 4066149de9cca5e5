using Xunit;

namespace Lintel.Conformance.Nodes;

public sealed class NodeHostTests
{
    [Fact]
    public async Task What_was_committed_survives_the_loss_of_a_node_and_a_restart_of_all()
    {
        await using NodeTrio trio = await NodeTrio.StartAsync();
        try
        {
            for (int i = 0; i < 20; i++) await trio.PutAsync((i % 3) + 1, $"k{i}", $"v{i}");
            await trio.StopAsync(1);
            for (int i = 20; i < 40; i++) await trio.PutAsync((i % 2) + 2, $"k{i}", $"v{i}");
            await trio.StartAsync(1);
            await trio.ReadyAsync(1);
            for (int i = 0; i < 40; i++) Assert.Equal($"v{i}", await trio.GetAsync(1, $"k{i}"));

            for (int n = 1; n <= 3; n++) await trio.StopAsync(n);
            for (int n = 1; n <= 3; n++) await trio.StartAsync(n);
            for (int n = 1; n <= 3; n++) await trio.ReadyAsync(n);
            for (int i = 0; i < 40; i++) Assert.Equal($"v{i}", await trio.GetAsync((i % 3) + 1, $"k{i}"));
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{failure}\n{trio.Log}");
        }
    }
}
