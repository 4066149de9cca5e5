using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>Makes indexes and checks of a table from constraints and CREATE INDEX.</summary>
internal sealed class KeyMaker(SchemaEditor editor, TableDraft table, ObjectNames names)
{
    private const int KeyColumnsMax = 32;
    private const string HiddenName = "row_id";

    /// <summary>A constraint of the table: a key becomes an index, a check is kept as text.</summary>
    public async ValueTask AddAsync(TableConstraint constraint, CancellationToken cancellation)
    {
        switch (constraint)
        {
            case PrimaryKeyConstraint key:
                RequirePlain(key.UsingIndex, key.Timing, key.Options, key.Position);
                await SetPrimaryAsync(key.Name, key.Columns, key.Position, cancellation);
                break;
            case UniqueConstraint unique:
                RequirePlain(unique.UsingIndex, unique.Timing, unique.Options, unique.Position);
                if (unique.NullsNotDistinct) throw NotSupported("NULLS NOT DISTINCT", unique.Position);
                await AddUniqueAsync(unique, cancellation);
                break;
            case NamedCheck check:
                await AddCheckAsync(check.Name, check.Condition, check.Column, check.Position, cancellation);
                break;
            case CheckConstraint check:
                await AddCheckAsync(check.Name, check.Condition, null, check.Position, cancellation);
                break;
            case ForeignKeyConstraint:
                throw NotSupported("foreign key constraints are", constraint.Position);
            case UnsupportedConstraint unsupported:
                throw NotSupported(unsupported.What, constraint.Position);
            default:
                throw NotSupported(constraint.GetType().Name, constraint.Position);
        }
    }

    /// <summary>Gives a table without a key one over a hidden row id, which is drawn when a row is inserted.</summary>
    public async ValueTask SetHiddenPrimaryAsync(CancellationToken cancellation)
    {
        var column = new ColumnDescriptor(
            table.NextColumnId++, HiddenName, SqlType.Int8.TypeOid, NotNull: true, IsHidden: true);
        table.Columns.Add(column);
        uint id = await editor.NextIdAsync(cancellation);
        uint storageId = await editor.NextIdAsync(cancellation);
        table.Indexes.Insert(0, new IndexDescriptor(
            id, storageId, HiddenName, [new IndexColumn(column.Id)], IsUnique: true, IsPrimary: true, IsConstraint: false));
    }

    /// <summary>
    /// Makes columns the primary key, in the place of the hidden one if there is one. Rows that exist must be rewritten
    /// by the caller.
    /// </summary>
    public async ValueTask SetPrimaryAsync(
        string? name, ImmutableArray<ColumnName> columns, int position, CancellationToken cancellation)
    {
        if (table.Indexes.Any(i => i.IsPrimary && i.IsConstraint))
        {
            throw new SqlException(
                SqlStates.InvalidTableDefinition, $"multiple primary keys for table \"{table.Name}\" are not allowed", position);
        }

        string chosen = Name(name, null, "pkey", position);
        IndexDescriptor index = await IndexAsync(
            chosen, Keys(columns), isUnique: true, isPrimary: true, isConstraint: true, cancellation);
        if (table.Indexes.Count > 0 && table.Indexes[0].IsPrimary)
        {
            int hidden = table.Indexes[0].Columns[0].ColumnId;
            table.Columns.RemoveAll(c => c.Id == hidden && c.IsHidden);
            table.Indexes.RemoveAt(0);
        }

        table.Indexes.Insert(0, index);
        foreach (IndexColumn key in index.Columns)
            table.Replace(table.Columns.Single(c => c.Id == key.ColumnId) with { NotNull = true });
    }

    /// <summary>CREATE INDEX, and the index of a UNIQUE constraint.</summary>
    public async ValueTask<IndexDescriptor> AddIndexAsync(CreateIndexStatement create, CancellationToken cancellation)
    {
        if (create.Method is not (null or "btree" or "hash")) throw NotSupported($"access method \"{create.Method}\"", create.Position);
        if (create.Where is not null) throw NotSupported("partial indexes are", create.Position);
        if (create.NullsNotDistinct) throw NotSupported("NULLS NOT DISTINCT", create.Position);
        StorageOptions.Require(create.Options);
        ImmutableArray<IndexColumn> keys = [.. create.Elements.Select(Key)];
        RequireKeys(keys, create.Position);
        foreach (ColumnName included in create.Include) table.Require(included.Name, included.Position);
        string columns = string.Join('_', create.Elements.Select(e => e.Column));
        string name = Name(create.Name, columns, "idx", create.Position);
        IndexDescriptor index = await IndexAsync(
            name, keys, create.IsUnique, isPrimary: false, isConstraint: false, cancellation);
        table.Indexes.Add(index);
        return index;
    }

    /// <summary>Adds a CHECK after a look whether it is a condition over the table's columns.</summary>
    public async ValueTask AddCheckAsync(
        string? name, Expression condition, string? column, int position, CancellationToken cancellation)
    {
        string chosen = name is not null && table.Checks.All(c => c.Name != name)
            ? name
            : name is not null
                ? throw new SqlException(
                    SqlStates.DuplicateObject, $"constraint \"{name}\" for relation \"{table.Name}\" already exists", position)
                : names.Choose(table.SchemaId, table.Name, column, "check", CheckNames());
        table.Checks.Add(new CheckDescriptor(
            await editor.NextIdAsync(cancellation), chosen, SqlText.Render(condition)));
    }

    private async ValueTask AddUniqueAsync(UniqueConstraint unique, CancellationToken cancellation)
    {
        string columns = string.Join('_', unique.Columns.Select(c => c.Name));
        string name = Name(unique.Name, columns, "key", unique.Position);
        table.Indexes.Add(await IndexAsync(
            name, Keys(unique.Columns), isUnique: true, isPrimary: false, isConstraint: true, cancellation));
    }

    private async ValueTask<IndexDescriptor> IndexAsync(
        string name, ImmutableArray<IndexColumn> keys, bool isUnique, bool isPrimary, bool isConstraint,
        CancellationToken cancellation)
    {
        uint id = await editor.NextIdAsync(cancellation);
        uint storageId = await editor.NextIdAsync(cancellation);
        return new IndexDescriptor(id, storageId, name, keys, isUnique, isPrimary, isConstraint);
    }

    private string Name(string? given, string? columns, string suffix, int position)
    {
        if (given is not null) names.RequireFree(table.SchemaId, given, position);
        if (given is not null && table.NamesTaken.Contains(given))
            throw new SqlException(SqlStates.DuplicateTable, $"relation \"{given}\" already exists", position);
        string name = given ?? names.Choose(table.SchemaId, table.Name, columns, suffix, table.NamesTaken);
        table.NamesTaken.Add(name);
        return name;
    }

    private ImmutableArray<IndexColumn> Keys(ImmutableArray<ColumnName> columns)
    {
        var keys = ImmutableArray.CreateBuilder<IndexColumn>();
        foreach (ColumnName column in columns)
        {
            int at = table.Find(column.Name);
            if (at < 0)
            {
                throw new SqlException(
                    SqlStates.UndefinedColumn, $"column \"{column.Name}\" named in key does not exist", column.Position);
            }

            ColumnDescriptor found = table.Columns[at];
            if (keys.Any(k => k.ColumnId == found.Id))
            {
                throw new SqlException(
                    SqlStates.DuplicateColumn, $"column \"{column.Name}\" appears twice in unique constraint", column.Position);
            }

            RequireIndexable(found, column.Position);
            keys.Add(new IndexColumn(found.Id));
        }

        RequireKeys(keys.ToImmutable(), columns[0].Position);
        return keys.ToImmutable();
    }

    private IndexColumn Key(IndexElement element)
    {
        if (element.Column is null) throw NotSupported("indexes on expressions are", element.Position);
        CollationRules.Require(element.Collation);
        if (element.OperatorClass is { } operators && !operators.Name.EndsWith("_ops", StringComparison.Ordinal))
            throw NotSupported($"operator class \"{operators.Name}\"", operators.Position);
        int at = table.Find(element.Column);
        if (at < 0)
            throw new SqlException(SqlStates.UndefinedColumn, $"column \"{element.Column}\" does not exist", element.Position);
        RequireIndexable(table.Columns[at], element.Position);
        bool nullsFirst = element.Nulls == NullsOrder.First || (element.Nulls == NullsOrder.Default && element.IsDescending);
        return new IndexColumn(table.Columns[at].Id, element.IsDescending, nullsFirst);
    }

    private static void RequireIndexable(ColumnDescriptor column, int position)
    {
        SqlType type = TableLayout.TypeOf(column);
        if (KeyColumns.CanIndex(type)) return;
        throw new SqlException(
            SqlStates.UndefinedObject,
            $"data type {type.DisplayName} has no default operator class for access method \"btree\"", position);
    }

    private static void RequireKeys(ImmutableArray<IndexColumn> keys, int position)
    {
        if (keys.Length > KeyColumnsMax)
        {
            throw new SqlException(
                SqlStates.TooManyColumns, $"cannot use more than {KeyColumnsMax} columns in an index", position);
        }
    }

    private static void RequirePlain(
        string? usingIndex, ConstraintTiming timing, ImmutableArray<OptionSetting> options, int position)
    {
        if (usingIndex is not null) throw NotSupported("USING INDEX", position);
        if (timing.IsDeferrable || timing.IsInitiallyDeferred) throw NotSupported("deferrable constraints are", position);
        StorageOptions.Require(options);
    }

    private HashSet<string> CheckNames() => [.. table.NamesTaken, .. table.Checks.Select(c => c.Name)];

    private static SqlException NotSupported(string what, int position) => new(
        SqlStates.FeatureNotSupported,
        what.EndsWith(" are", StringComparison.Ordinal) ? what + " not supported" : what + " is not supported", position);
}
