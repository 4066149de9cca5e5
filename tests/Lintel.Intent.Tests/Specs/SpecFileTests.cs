using Lintel.DataDriven;
using Lintel.Intent.Specs;
using Lintel.Primitives.Errors;
using Xunit;

namespace Lintel.Intent.Tests.Specs;

public sealed class SpecFileTests
{
    [Fact]
    public void Specs_are_read_and_refused_as_written() =>
        DataFile.Run("Specs/testdata/specs.txt", command => Read(command.Input.Replace("===", "---", StringComparison.Ordinal)));

    [Fact]
    public async Task The_example_is_valid()
    {
        string example = Path.Combine(Root(), "examples", "bank.yaml");
        var specs = await SpecReader.ReadAsync(await File.ReadAllTextAsync(example), "bank.yaml");
        Assert.Equal(["StoragePool", "ResourceGroup", "Database"], specs.Select(spec => spec.Kind));
    }

    private static string Read(string text)
    {
        try
        {
            var specs = SpecReader.ReadAsync(text, "input").GetAwaiter().GetResult();
            return string.Join('\n', specs.Select(Describe));
        }
        catch (LintelException refused)
        {
            return $"{refused.Error.Code}: {refused.Error.Message}\n{refused.Error.Details}";
        }
    }

    private static string Describe(Spec spec) => spec switch
    {
        StoragePoolSpec pool => $"pool {pool.Name} {pool.Provider} nodes=[{string.Join(",", pool.Nodes)}] capacity={pool.CapacityBytes}",
        ResourceGroupSpec group => $"group {group.Name} replicas={group.Replicas} pools=[{string.Join(",", group.StoragePools)}] "
            + $"different=[{string.Join(",", group.ReplicasOnDifferent)}] same=[{string.Join(",", group.ReplicasOnSame)}]",
        DatabaseSpec database => $"database {database.Name} in {database.ResourceGroup} owner={database.Owner} "
            + $"per-table={database.SplitPerTable} split-max={database.SplitBytesMax}",
        _ => spec.ToString(),
    };

    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
