using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Functions;
using Lintel.Sql.PgCatalog;
using Lintel.Sql.Session;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Execute;

/// <summary>What one run of a statement works with.</summary>
public sealed class StatementScope
{
    /// <summary>What functions may know: time, randomness, settings.</summary>
    public required EvaluationContext Evaluation { get; init; }

    /// <summary>Functions that the session computes; null refuses them with 0A000.</summary>
    public ISessionFunctions? Functions { get; init; }

    /// <summary>Draws hidden row ids; needed to insert into a table without primary key.</summary>
    public RowIdSource? RowIds { get; init; }

    /// <summary>The node's services; null where there is no session.</summary>
    public SqlEngine? Engine { get; init; }

    /// <summary>The session that runs it; null where there is none.</summary>
    public SqlSession? Session { get; init; }

    /// <summary>Where reads go: the transaction, or a snapshot.</summary>
    public required IKeyReader Reader { get; init; }

    /// <summary>Where writes go; null in a read-only transaction.</summary>
    public ITransaction? Writer { get; init; }

    /// <summary>The schema, at the version of the transaction.</summary>
    public required DatabaseSchema Schema { get; init; }

    /// <summary>Memory of this statement.</summary>
    public required MemoryMeter Memory { get; init; }

    /// <summary>Ends the statement: the client's cancel, statement_timeout, a lost connection.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>What EXPLAIN ANALYZE counts; null otherwise.</summary>
    public Measurements? Measurements { get; init; }

    /// <summary>
    /// Whether the transaction commits right after this statement and nothing of it has been shown to the client: an
    /// INSERT may then leave the check for duplicates to the commit (one round trip). Where the commit answers
    /// AlreadyExists, the caller runs the statement again without this, which gives the error that PostgreSQL gives.
    /// </summary>
    public bool DefersUniqueChecks { get; init; }

    /// <summary>Rows inserted, updated or deleted by the statement itself (not by its CTEs).</summary>
    public long AffectedRows { get; set; }

    /// <summary>What catalog relations show to this run; made when the first of them is read.</summary>
    public CatalogView? Catalog { get; set; }

    /// <summary>The same, counting for EXPLAIN ANALYZE.</summary>
    public StatementScope With(Measurements measurements) => new()
    {
        Evaluation = Evaluation,
        Functions = Functions,
        RowIds = RowIds,
        Engine = Engine,
        Session = Session,
        Reader = Reader,
        Writer = Writer,
        Schema = Schema,
        Memory = Memory,
        Cancellation = Cancellation,
        Measurements = measurements,
    };

    /// <summary>The transaction that takes writes; 25006 in a read-only one.</summary>
    public ITransaction RequireWriter(string command) =>
        Writer ?? throw new SqlException(
            SqlStates.ReadOnlySqlTransaction, $"cannot execute {command} in a read-only transaction");
}
