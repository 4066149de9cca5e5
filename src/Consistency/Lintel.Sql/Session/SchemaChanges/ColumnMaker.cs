using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>
/// Makes columns from their definitions. What a column's definition says of the table as a whole (its keys and checks)
/// is handed on as table constraints; the sequences of serial and identity columns are made here.
/// </summary>
internal sealed class ColumnMaker(SqlSession session, SchemaEditor editor, TableDraft table, ObjectNames names)
{
    /// <summary>PostgreSQL's limit on columns.</summary>
    private const int ColumnsMax = 1600;

    /// <summary>The constraints that the definitions so far have given to the table.</summary>
    public List<TableConstraint> Constraints { get; } = [];

    /// <summary>The sequences that the definitions so far need.</summary>
    public List<SequenceDescriptor> Sequences { get; } = [];

    /// <summary>Adds a column to the draft and answers it.</summary>
    public async ValueTask<ColumnDescriptor> AddAsync(ColumnDefinition definition, CancellationToken cancellation)
    {
        if (table.Find(definition.Name) >= 0)
        {
            throw new SqlException(
                SqlStates.DuplicateColumn,
                $"column \"{definition.Name}\" specified more than once", definition.Position);
        }

        if (SystemColumns.Contains(definition.Name))
        {
            throw new SqlException(
                SqlStates.DuplicateColumn, $"column name \"{definition.Name}\" conflicts with a system column name",
                definition.Position);
        }

        if (table.Columns.Count >= ColumnsMax)
            throw new SqlException(SqlStates.TooManyColumns, $"tables can have at most {ColumnsMax} columns");
        CollationRules.Require(definition.Collation);
        bool isSerial = SerialTypes.TryGetValue(definition.Type.Name.Name, out SqlType serial)
            && definition.Type.Name.Schema is null;
        SqlType type = isSerial ? serial : TypeNames.Resolve(definition.Type);
        RequireStorable(type, definition);
        var column = new ColumnDescriptor(
            table.NextColumnId++, definition.Name, type.TypeOid, type.Modifier, NotNull: isSerial);
        if (isSerial) column = await WithSequenceAsync(column, IdentityKind.None, [], cancellation);
        foreach (ColumnConstraint constraint in definition.Constraints)
            column = await ApplyAsync(column, type, constraint, cancellation);
        table.Columns.Add(column);
        return column;
    }

    private static readonly Dictionary<string, SqlType> SerialTypes = new(StringComparer.Ordinal)
    {
        ["smallserial"] = SqlType.Int2, ["serial2"] = SqlType.Int2, ["serial"] = SqlType.Int4,
        ["serial4"] = SqlType.Int4, ["bigserial"] = SqlType.Int8, ["serial8"] = SqlType.Int8,
    };

    private static readonly HashSet<string> SystemColumns =
        new(StringComparer.Ordinal) { "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid" };

    private async ValueTask<ColumnDescriptor> ApplyAsync(
        ColumnDescriptor column, SqlType type, ColumnConstraint constraint, CancellationToken cancellation)
    {
        switch (constraint)
        {
            case NotNullConstraint:
                return column with { NotNull = true };
            case NullConstraint:
                return column.NotNull
                    ? throw Bad($"conflicting NULL/NOT NULL declarations for column \"{column.Name}\" of table \"{table.Name}\"", constraint)
                    : column;
            case DefaultConstraint when column.DefaultSql is not null || column.Identity != IdentityKind.None:
                throw Bad($"multiple default values specified for column \"{column.Name}\" of table \"{table.Name}\"", constraint);
            case DefaultConstraint value:
                return column with { DefaultSql = DefaultOf(value.Value, type) };
            case IdentityConstraint identity:
                if (type.Kind is not (SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8))
                    throw new SqlException(SqlStates.InvalidParameterValue, "identity column type must be smallint, integer, or bigint");
                IdentityKind kind = identity.IsAlways ? IdentityKind.Always : IdentityKind.ByDefault;
                return await WithSequenceAsync(column with { NotNull = true }, kind, identity.SequenceOptions, cancellation);
            case ColumnPrimaryKeyConstraint key:
                Constraints.Add(new PrimaryKeyConstraint(
                    key.Position, key.Name, [new ColumnName(key.Position, column.Name)], [], key.Options, null, key.Timing));
                return column with { NotNull = true };
            case ColumnUniqueConstraint unique:
                Constraints.Add(new UniqueConstraint(
                    unique.Position, unique.Name, [new ColumnName(unique.Position, column.Name)], [],
                    unique.NullsNotDistinct, unique.Options, null, unique.Timing));
                return column;
            case ColumnCheckConstraint check:
                Constraints.Add(new NamedCheck(check.Position, check.Name, check.Condition, column.Name));
                return column;
            case ColumnReferencesConstraint:
                throw new SqlException(
                    SqlStates.FeatureNotSupported, "foreign key constraints are not supported", constraint.Position);
            case GeneratedConstraint:
                throw new SqlException(
                    SqlStates.FeatureNotSupported, "generated columns are not supported", constraint.Position);
            default:
                throw new SqlException(
                    SqlStates.FeatureNotSupported, $"{constraint.GetType().Name} is not supported", constraint.Position);
        }
    }

    /// <summary>A default as it is stored, after a look whether it can be computed and assigned.</summary>
    public string DefaultOf(Expression value, SqlType type)
    {
        if (value is StringLiteral literal) TextFormat.Parse(literal.Value, type, session.TypeContext);
        var cast = new CastExpression(value.Position, value, SqlParser.ParseTypeName(type.DisplayName));
        session.Constants.TypesOf(editor.Transaction, [cast]);
        return SqlText.Render(value);
    }

    private async ValueTask<ColumnDescriptor> WithSequenceAsync(
        ColumnDescriptor column, IdentityKind identity, IReadOnlyList<OptionSetting> options, CancellationToken cancellation)
    {
        string name = names.Choose(table.SchemaId, table.Name, column.Name, "seq", table.NamesTaken);
        table.NamesTaken.Add(name);
        uint id = await editor.NextIdAsync(cancellation);
        uint storageId = await editor.NextIdAsync(cancellation);
        SequenceDescriptor sequence = SequenceMaker.Make(
            id, storageId, table.SchemaId, name, TypeRegistry.TryFindOid(column.TypeOid, out SqlType type) ? type : SqlType.Int8, options)
            with { OwnerTableId = table.Id, OwnerColumnId = column.Id };
        Sequences.Add(sequence);
        if (identity != IdentityKind.None) return column with { Identity = identity, SequenceId = id };
        string schema = editor.Schema.FindSchema(table.SchemaId)!.Name;
        string qualified = (schema == "public" ? "" : Identifiers.Quote(schema) + ".") + Identifiers.Quote(name);
        return column with
        {
            SequenceId = id,
            DefaultSql = $"nextval('{qualified.Replace("'", "''", StringComparison.Ordinal)}'::regclass)",
        };
    }

    private static void RequireStorable(SqlType type, ColumnDefinition definition)
    {
        if (type.Kind is not (SqlKind.Unknown or SqlKind.Void or SqlKind.Record)) return;
        throw new SqlException(
            SqlStates.InvalidTableDefinition, $"column \"{definition.Name}\" has pseudo-type {type.DisplayName}", definition.Position);
    }

    private static SqlException Bad(string message, ColumnConstraint constraint) =>
        new(SqlStates.SyntaxError, message, constraint.Position);
}

/// <summary>A CHECK that was written at a column, whose name it takes.</summary>
internal sealed record NamedCheck(int Position, string? Name, Expression Condition, string Column)
    : TableConstraint(Position, Name);

/// <summary>Which collations there are: text sorts by code point, so those that mean that, or nothing.</summary>
internal static class CollationRules
{
    /// <summary>0A000 for any other collation.</summary>
    public static void Require(QualifiedName? collation)
    {
        if (collation is null || collation.Name is "C" or "POSIX" or "default" or "ucs_basic" or "C.utf8" or "C.UTF-8") return;
        throw new SqlException(
            SqlStates.FeatureNotSupported, $"collation \"{collation}\" is not supported", collation.Position,
            hint: "Text sorts by code point: collation \"C\".");
    }
}
