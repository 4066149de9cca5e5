using Lintel.Sql.Execute;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>The part of a plan that runs. Immutable; every <see cref="Start"/> is a run of its own.</summary>
public abstract class StatementProgram
{
    /// <summary>
    /// Begins a run. The parameters have the plan's types and are copied. Nothing is read or written before the first
    /// <see cref="StatementRun.NextAsync"/>.
    /// </summary>
    public abstract StatementRun Start(StatementScope scope, ReadOnlySpan<SqlValue> parameters);
}

/// <summary>
/// A run of a statement: pulled row by row. A statement without result does all its work in the first
/// <see cref="NextAsync"/> and answers false; one with RETURNING may give its rows as it goes, so it is run to the end
/// in any case.
/// </summary>
public abstract class StatementRun : IAsyncDisposable
{
    /// <summary>Moves to the next result row; false at the end, when everything has been done.</summary>
    public abstract ValueTask<bool> NextAsync();

    /// <summary>The current result row; valid until the next <see cref="NextAsync"/>.</summary>
    public abstract ReadOnlySpan<SqlValue> Row { get; }

    /// <summary>What CommandComplete says, once <see cref="NextAsync"/> has answered false: SELECT counts the rows given.</summary>
    public abstract CommandTag Tag { get; }

    /// <summary>Gives back what it holds.</summary>
    public abstract ValueTask DisposeAsync();
}
