using Lintel.DataDriven;

namespace Lintel.Sql.Tests.Query;

/// <summary>
/// SQL in, answers out. The files in Answers hold what PostgreSQL 15 answered (Query/record writes them); those in Plans
/// hold what Lintel answers where there is nothing to compare with, plans above all.
/// </summary>
public sealed class AnswerTests
{
    public static TheoryData<string> Answers => [.. DataFile.List("Query/Answers")];

    public static TheoryData<string> Plans => [.. DataFile.List("Query/Plans")];

    [Theory]
    [MemberData(nameof(Answers))]
    public Task Answers_are_those_of_PostgreSQL(string file) => RunAsync(file);

    [Theory]
    [MemberData(nameof(Plans))]
    public Task Plans_are_as_written(string file) => RunAsync(file);

    private static async Task RunAsync(string file)
    {
        SqlWorld world = await SqlWorld.StartAsync();
        DataFile.Run(file, command => command.Verb == "sql"
            ? world.RunAsync(command.Input).GetAwaiter().GetResult()
            : throw command.UnknownVerb());
        await world.Session.DisposeAsync();
    }
}
