using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Session;

/// <summary>What can be said of a statement before it is planned.</summary>
internal static class StatementShape
{
    /// <summary>Whether it reads only, as far as its syntax tells: no row locks, no writing WITH.</summary>
    public static bool MayRead(Statement statement) => statement switch
    {
        SelectStatement select => MayRead(select.Query),
        ExplainStatement explain => MayRead(explain.Target) || !explain.Options.Any(o => o.Name == "analyze"),
        ShowStatement => true,
        CopyStatement { Direction: CopyDirection.To } copy => copy.Source is null || MayRead(copy.Source),
        _ => false,
    };

    /// <summary>Whether its result has rows, as far as its syntax tells.</summary>
    public static bool ReturnsRows(Statement statement) => statement switch
    {
        SelectStatement => true,
        InsertStatement insert => !insert.Returning.IsEmpty,
        UpdateStatement update => !update.Returning.IsEmpty,
        DeleteStatement delete => !delete.Returning.IsEmpty,
        _ => false,
    };

    /// <summary>Whether a failed block takes it.</summary>
    public static bool EndsBlock(Statement statement) =>
        statement is CommitStatement or RollbackStatement or RollbackToStatement;

    private static bool MayRead(Query query) =>
        query.Locking.IsEmpty && (query.With is null || query.With.Tables.All(t => MayRead(t.Statement)));
}
