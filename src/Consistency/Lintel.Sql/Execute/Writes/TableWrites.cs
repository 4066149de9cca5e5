using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Writes;

/// <summary>A CHECK constraint over the registers of a row that is about to be written.</summary>
public sealed record RowCheck(string Name, RowExpression Condition);

/// <summary>
/// How rows of one table are written. The new row stands in a run of registers, column i in the first plus i, where
/// checks and RETURNING read it. Immutable and shared by executions.
/// </summary>
public sealed class TableWrites
{
    /// <summary>Writes to a table whose new rows stand from register <paramref name="first"/> on.</summary>
    public TableWrites(TableLayout layout, int first, string schemaName, ImmutableArray<RowCheck> checks)
    {
        (Layout, First, SchemaName, Checks) = (layout, first, schemaName, checks);
        NotNull = [.. Enumerable.Range(0, layout.Types.Length).Where(i => layout.Table.Columns[i].NotNull)];
        Written = [.. layout.Indexes.Skip(1).Where(i => i.Index.State != IndexState.DeleteOnly)];
        Unique = [.. Written.Where(i => i.Index.IsUnique)];
    }

    /// <summary>The table.</summary>
    public TableLayout Layout { get; }

    /// <summary>The register of column 0.</summary>
    public int First { get; }

    /// <summary>The schema of the table, for errors.</summary>
    public string SchemaName { get; }

    /// <summary>CHECK constraints.</summary>
    public ImmutableArray<RowCheck> Checks { get; }

    /// <summary>Ordinals of columns that refuse null.</summary>
    internal int[] NotNull { get; }

    /// <summary>Secondary indexes that get an entry for each row.</summary>
    internal IndexLayout[] Written { get; }

    /// <summary>Those of them that are unique.</summary>
    internal IndexLayout[] Unique { get; }

    /// <summary>Checks the row in the registers: 23502 and 23514.</summary>
    public async ValueTask CheckAsync(Frame frame)
    {
        foreach (int ordinal in NotNull)
        {
            if (frame.Registers[First + ordinal].IsNull) throw Violations.NotNull(this, ordinal, frame);
        }

        foreach (RowCheck check in Checks)
        {
            SqlValue holds = await check.Condition.EvaluateAsync(frame);
            if (!holds.IsNull && !holds.AsBool()) throw Violations.Check(this, check.Name, frame);
        }
    }

    /// <summary>The row in the registers.</summary>
    internal Span<SqlValue> RowIn(Frame frame) => frame.Registers.AsSpan(First, Layout.Types.Length);
}
