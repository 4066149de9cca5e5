using System.Collections.Immutable;
using System.Text;
using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>
/// Feeds an INSERT with COPY data: each record fills the parameters of <c>INSERT ... VALUES ($1, $2)</c>, whose own row
/// source then computes the row. Made for one run.
/// </summary>
internal sealed class CopyNode(PlanNode values, CopyReader reader, CopyTarget target, TypeContext context) : PlanNode
{
    private const int ShownLengthMax = 100;

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [values];

    /// <inheritdoc/>
    public override string Title => "Copy";

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new CopyCursor(this, values.Start(frame), frame);

    private async ValueTask<bool> ReadAsync(CopyRecord record, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(record, cancellation);
        }
        catch (SqlException bad) when (bad.Error.Context is null)
        {
            throw (bad.Error with { Context = $"COPY {target.Table}, line {reader.Line}" }).ToException(bad);
        }
    }

    private void Decode(CopyRecord record, SqlValue[] registers)
    {
        if (record.Count != target.Columns.Length) throw WrongCount(record);
        for (int i = 0; i < target.Columns.Length; i++)
        {
            if (record.IsNull(i))
            {
                registers[i] = SqlValue.Null;
                continue;
            }

            try
            {
                registers[i] = target.Format == CopyFormat.Binary
                    ? BinaryFormat.Read(record[i], target.Types[i], context)
                    : TextFormat.Parse(record[i], target.Types[i], context);
            }
            catch (SqlException bad)
            {
                throw (bad.Error with { Context = ContextOf(record, i), Position = 0 }).ToException(bad);
            }
        }
    }

    private SqlException WrongCount(CopyRecord record)
    {
        string message = record.Count < target.Columns.Length
            ? target.Format == CopyFormat.Binary
                ? $"row field count is {record.Count}, expected {target.Columns.Length}"
                : $"missing data for column \"{target.Columns[record.Count]}\""
            : "extra data after last expected column";
        return new SqlError(
            SqlStates.BadCopyFileFormat, message, Context: $"COPY {target.Table}, line {reader.Line}").ToException();
    }

    private string ContextOf(CopyRecord record, int column)
    {
        string where = $"COPY {target.Table}, line {reader.Line}, column {target.Columns[column]}";
        if (target.Format == CopyFormat.Binary) return where;
        string text = Encoding.UTF8.GetString(record[column]);
        return $"{where}: \"{(text.Length > ShownLengthMax ? string.Concat(text.AsSpan(0, ShownLengthMax), "...") : text)}\"";
    }

    private sealed class CopyCursor(CopyNode node, Cursor values, Frame frame) : Cursor
    {
        private readonly CopyRecord _record = new();

        public override async ValueTask<bool> NextAsync()
        {
            if (!await node.ReadAsync(_record, frame.Scope.Cancellation)) return false;
            node.Decode(_record, frame.Registers);
            values.Reset();
            return await values.NextAsync();
        }

        public override void Reset() => throw new InvalidOperationException("COPY data can be read once");

        public override ValueTask CloseAsync() => values.CloseAsync();
    }
}

/// <summary>Where COPY data goes.</summary>
/// <param name="Table">The table, for messages.</param>
/// <param name="Columns">Its columns, in the order of the fields.</param>
/// <param name="Types">Their types.</param>
/// <param name="Format">The format of the data.</param>
internal sealed record CopyTarget(string Table, string[] Columns, SqlType[] Types, CopyFormat Format);
