using Lintel.Primitives.Errors;

namespace Lintel.Sql.Types;

/// <summary>
/// An error as SQL clients see it: the fields of ErrorResponse that carry meaning. Messages are PostgreSQL's wherever
/// PostgreSQL has the error, because clients and their tests read them.
/// </summary>
/// <param name="SqlState">Five characters of <see cref="SqlStates"/>.</param>
/// <param name="Message">One sentence, no full stop.</param>
/// <param name="Detail">A second sentence with the values at hand.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="Position">1-based character in the query string; 0 when there is none.</param>
/// <param name="Schema">Schema of the object concerned.</param>
/// <param name="Table">Table concerned.</param>
/// <param name="Column">Column concerned.</param>
/// <param name="Constraint">Constraint or index that was violated.</param>
/// <param name="DataType">Type concerned.</param>
/// <param name="Context">Where it happened, for example the line of a COPY.</param>
public sealed record SqlError(
    string SqlState,
    string Message,
    string? Detail = null,
    string? Hint = null,
    int Position = 0,
    string? Schema = null,
    string? Table = null,
    string? Column = null,
    string? Constraint = null,
    string? DataType = null,
    string? Context = null)
{
    /// <summary>The exception that carries this error.</summary>
    public SqlException ToException(Exception? inner = null) => new(this, inner);

    /// <summary>The same error for planes that do not know SQL; the SQLSTATE stands in the details.</summary>
    public LintelError ToLintelError() => new(ErrorCode.Sql, Message, Detail, Hint, $"SQLSTATE {SqlState}");

    /// <inheritdoc/>
    public override string ToString() =>
        $"{SqlState}: {Message}{(Position > 0 ? $" at {Position}" : "")}"
        + $"{(Detail is null ? "" : $" DETAIL: {Detail}")}{(Hint is null ? "" : $" HINT: {Hint}")}";
}

/// <summary>Carries a <see cref="SqlError"/> out of parsing, binding and evaluation to the session.</summary>
public sealed class SqlException : Exception
{
    /// <summary>Wraps <paramref name="error"/>.</summary>
    public SqlException(SqlError error, Exception? inner = null)
        : base(error.ToString(), inner) => Error = error;

    /// <summary>Wraps a new error.</summary>
    public SqlException(
        string sqlState, string message, int position = 0, string? detail = null, string? hint = null)
        : this(new SqlError(sqlState, message, detail, hint, position))
    {
    }

    /// <summary>What the client is told.</summary>
    public SqlError Error { get; }

    /// <summary>The same exception with a position, when it has none yet: literals are parsed far from their place.</summary>
    public SqlException At(int position) =>
        Error.Position != 0 || position == 0 ? this : new SqlException(Error with { Position = position }, this);
}
